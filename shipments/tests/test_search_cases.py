"""What is kept and what people type: found or not, in the list, by search and scan, and on the import page."""

import codecs
import importlib
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection as database
from django.db.models import Model
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from integrations.models import ExternalOrder
from integrations.orders import OrderAddress, OrderLine
from integrations.services.erasure import erase
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from lib.search_text import parse_words
from lib.trigrams import has_trigrams
from shipments.models import FurtherParcel, Shipment
from shipments.queries import search
from shipments.queries.filters import filter_shipments, open_orders
from shipments.services.erasure import erase_due
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data" / "search.tsv"


def unescaped(text: str) -> str:
    """\\uXXXX is that one character, and two backslashes are one."""
    return re.sub(
        r"\\(u[0-9A-F]{4}|\\)", lambda found: codecs.decode(found[0].encode(), "unicode-escape"), text
    )  # fmt: skip


ROWS = [line.split("\t") for line in DATA.read_text().splitlines() if not line.startswith(("#", "field\t"))]
CASES = [pytest.param(*map(unescaped, row[:3]), row[3] == "yes", id=f"{row[1]} <- {row[2]}") for row in ROWS]
EMPTY = {
    "reference": "Q", "person": "", "street": "", "number": "", "postal_code": "", "city": "", "country": "NL",
}  # fmt: skip
STREET = re.compile(r"(?P<street>.*?) (?P<number>\d+)(?:[ /](?P<suffix>\w+))?")


def shipment_with(shop: Shop, field: str, kept: str) -> Shipment:
    fields: dict[str, object] = {field: kept}
    if field == "street and number":
        fields = {name: part or "" for name, part in STREET.fullmatch(kept).groupdict().items()}
    if field == "sku":
        fields = {"order_lines": [{"id": "1", "pieces": 2, "name": "x", "sku": kept}]}
    return make_shipment(shop, **(EMPTY | fields))


def order_with(shop: Shop, field: str, kept: str) -> ExternalOrder | None:
    """None for what an order does not have."""
    fields: dict[str, object] = {"number": "Q", "email": "", "address": OrderAddress(country="NL")}
    fields["lines"] = (OrderLine("1", "x", 1, sku=kept if field == "sku" else ""),)
    names = {"person": "last_name", "street and number": "line1", "street": "line1"}
    if field == "barcode":
        return None
    if field == "email":
        fields["email"] = kept
    elif field == "reference":
        fields["number"] = kept
    elif field != "sku":
        fields["address"] = OrderAddress(country="NL", **{names.get(field, field): kept})
    return mirror_order(make_connection(shop), replace(make_order(), **fields))


@pytest.mark.parametrize(("field", "kept", "typed", "found"), CASES)
def test_what_is_typed_finds_what_is_kept(shop: Shop, field, kept, typed, found):
    shipment = shipment_with(shop, field, kept)
    query = QueryDict(mutable=True)
    query["q"] = typed
    expected = [shipment] if found else []
    assert list(filter_shipments(shop.shipments.all(), query)) == expected, "in the list"
    words = search.parse_query(typed).words
    assert search.find_shipments(shop, words).rows == expected, "in the search field"
    shipment.delete()
    if order := order_with(shop, field, kept):
        expected_orders = [order] if found else []
        assert list(open_orders(order.connection, query)) == expected_orders, "on the import page"
        assert search.find_orders(shop, words).rows == expected_orders, "among the orders in the search field"


@pytest.mark.parametrize(
    ("fields", "typed"),
    [
        ({"barcode": "3SABCD123456789"}, "3sabcd 1234 56789"),
        ({"barcode": "3SABCD123456789"}, "3SABCD-123456789"),
        ({"barcode": "3SABCD123456789"}, "３ＳＡＢＣＤ１２３４５６７８９"),
        ({"reference": "WIX-10517"}, "wix 10517"),
        ({"reference": "WIX-10517"}, "#WIX-10517"),
        ({"reference": "wix 10517"}, "WIX.10517"),
    ],
)
def test_a_number_scanned_or_typed_with_other_signs_opens_its_shipment(client_for, owner, shop, fields, typed):
    shipment = make_shipment(shop, status="registered", **fields)
    make_shipment(shop, reference="WIX-105170", barcode="3SABCD1234567890")
    assert search.find_exact(shop, typed) == shipment
    merchant = client_for(owner)
    assert merchant.get("/zoeken/", {"q": typed})["Location"] == f"/zendingen/{shipment.public_id}/"
    assert merchant.post("/zoeken/scan/", {"code": typed, "key": "k"}).status_code == 302, "to its label"


def test_a_part_of_a_number_is_no_number(shop: Shop):
    make_shipment(shop, reference="WIX-10517")
    assert search.find_exact(shop, "wix 1051") is None
    assert search.find_exact(shop, "-") is None


def test_the_further_parcels_of_a_shipment_are_found(shop: Shop):
    shipment = make_shipment(shop, parcel_count=2, barcode="3SFIRST1", status="registered")
    shipment.search_text = shipment.make_search_text("3SSECOND2")
    shipment.save()
    FurtherParcel.objects.create(shipment=shipment, number=2, barcode="3SSECOND2", external_id="2")
    assert search.find_exact(shop, "3s second 2") == shipment
    assert search.find_shipments(shop, parse_words("3ssec-ond2")).rows == [shipment]


def test_the_words_of_several_fields_narrow_the_search(shop: Shop):
    wanted = make_shipment(shop, person="Zoë Voorbeeld", city="Zoetermeer", phone="+31655550100")
    make_shipment(shop, person="Zoë Voorbeeld", city="Utrecht")
    assert search.find_shipments(shop, parse_words("zoetermeer zoe 0655550100")).rows == [wanted]


def test_pages_are_found_without_marks_too(client_for, owner, shop: Shop):
    page = client_for(owner).get("/zoeken/", {"q": "pákketvoor"}, headers={"HX-Request": "true"}).content.decode()
    assert "/instellingen/zendingen/" in page


@pytest.mark.parametrize("typed", ["%", "' OR 1=1 --", "\\", "ü" * 5000, "a " * 3000, "[]{}()*?^$|", "\U0010ffff"])
def test_hostile_input_finds_nothing_and_breaks_nothing(client_for, owner, shop: Shop, typed):
    shipment, merchant = make_shipment(shop, person="Hanna Vermeulen"), client_for(owner)
    mirror_order(make_connection(shop))
    for path in ("/zoeken/", "/zendingen/", "/zendingen/importeren/"):
        answer = merchant.get(path, {"q": typed}, follow=True)
        assert answer.status_code == 200
        assert typed == "a " * 3000 or str(shipment.public_id) not in answer.content.decode()


def test_a_search_is_a_few_queries_however_much_is_typed(shop: Shop):
    make_shipment(shop, person="Jürgen Müller")
    for typed in ("x", "mull", "müllers", "jürgen müller ågård øre " * 8):
        with CaptureQueriesContext(database) as made:
            search.find_shipments(shop, parse_words(typed))
        assert len(made) <= (4 if has_trigrams() else 1)


def test_an_erased_buyer_is_found_no_more_and_the_number_is(shop: Shop):
    order = mirror_order(make_connection(shop), make_order(email="hanna@mail.example"))
    shipment = make_shipment(
        shop, order=order, reference=order.number, person="Hanna", barcode="3SX1", status="delivered"
    )
    erase(order.connection, order.external_id)
    erase_due()
    order.refresh_from_db()
    shipment.refresh_from_db()
    for text in (order.search_text, shipment.search_text):
        assert order.number in text
        assert not any(secret in text for secret in ("hanna", "lindelaan", "3524kb", "utrecht"))


def migration_of(model: type[Model]) -> Any:
    (path,) = (Path(apps.get_app_config(model._meta.app_label).path) / "migrations").glob("*_search_by_normal_form.py")
    return importlib.import_module(f"{model._meta.app_label}.migrations.{path.stem}")


@pytest.mark.parametrize("model", [Shipment, ExternalOrder])
def test_older_rows_are_filled_in_batches_and_may_be_filled_again(shop: Shop, monkeypatch, model):
    connection = make_connection(shop)
    for number in range(7):
        make_shipment(shop, person=f"Łucja {number}", phone="06-55550100")
        mirror_order(
            connection, make_order(number, address=OrderAddress(last_name=f"Łucja {number}", phone="0655550100"))
        )
    FurtherParcel.objects.create(shipment=Shipment.objects.first(), number=2, barcode="3SMORE2", external_id="2")
    right = dict(model.objects.values_list("pk", "search_text"))
    model.objects.update(search_text="łucja")
    module = migration_of(model)
    monkeypatch.setattr(module, "BATCH_SIZE", 3)
    editor = SimpleNamespace(connection=database)
    module.forwards(apps, editor)
    filled = dict(model.objects.values_list("pk", "search_text"))
    module.forwards(apps, editor)
    assert dict(model.objects.values_list("pk", "search_text")) == filled
    assert all(text in filled[pk] or "3smore2" in filled[pk] for pk, text in right.items())
    assert all("lucja" in text and "0031655550100" in text for text in filled.values())

"""The customs worklist: all drafts with missing customs data, equal items filled in at once and remembered."""

import re
from dataclasses import replace

import pytest

from accounts.tests.factories import make_user
from shipments.models import CustomsItem, ProductCustoms, Shipment
from shipments.services.drafts.edit import edit_draft
from shipments.tests.factories import make_shipment
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
ADDRESS = "/zendingen/douane/"
MAX_QUERIES = 12


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def abroad(shop, reference: str, sku: str = "MUG-1") -> Shipment:
    """A draft for Switzerland without HS code and origin."""
    shipment = make_shipment(
        shop,
        reference=reference,
        country="CH",
        postal_code="8001",
        city="Zürich",
        weight=700,
        invoice=reference,
        blocked_by="customs",
        problems=[
            {"field": "customs-0-hs_code", "code": "customs_hs_code", "text": {"nl": "HS-code", "en": "HS code"}}
        ],
    )
    CustomsItem.objects.create(shipment=shipment, description="Mug", quantity=2, weight=350, value=1495, sku=sku)
    return shipment


def prefix(shipment: Shipment) -> str:
    return f"z{shipment.public_id.hex}"


def typed(*shipments: Shipment, **changes: str) -> dict[str, object]:
    """The form data of these drafts; changes apply to the first row of each."""
    form: dict[str, object] = {"shipment": [str(shipment.public_id) for shipment in shipments]}
    for shipment in shipments:
        row = {"description": "Mug", "quantity": "2", "weight": "350", "value": "14,95", "sku": "MUG-1"} | changes
        form |= {f"{prefix(shipment)}-0-{name}": value for name, value in row.items()}
        form |= {f"{prefix(shipment)}-TOTAL_FORMS": "1", f"{prefix(shipment)}-INITIAL_FORMS": "1"}
        head = {"version": str(shipment.version), "contents": "commercial_goods", "invoice": shipment.reference}
        form |= {f"{prefix(shipment)}-{name}": value for name, value in head.items()}
    return form


def read(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_every_draft_that_misses_customs_data_is_on_the_list_and_nothing_else(merchant, shop, rival):
    abroad(shop, "1001")
    make_shipment(shop, reference="1002")
    abroad(rival, "1003")
    page = read(merchant.get(ADDRESS))
    assert "#1001" in page
    assert "#1002" not in page
    assert "#1003" not in page
    assert "3 / 50" in page, "the description is counted"
    assert "HS-code van 6 / 8 / 10 cijfers" in page
    assert "700 g" in page, "the weights of the items are added up"


def test_equal_items_are_filled_in_at_once_and_nothing_is_saved_yet(merchant, shop):
    one, two = abroad(shop, "1001"), abroad(shop, "1002")
    page = read(merchant.get(ADDRESS))
    key = re.search(r'name="group-0-key" value="([^"]*)"', page)
    assert key, "both mugs are one group"
    fill = {"fill": "0", "group-0-key": key[1], "group-0-hs_code": "691200", "group-0-origin": "NL"}
    page = read(merchant.post(ADDRESS, typed(one, two) | fill))
    assert "Ingevuld voor 2 artikelen" in page or "2 artikelen" in page
    assert page.count('value="691200"') >= 2
    assert not CustomsItem.objects.exclude(hs_code="").exists()


def test_what_was_saved_leaves_the_list_and_is_remembered_for_its_article(merchant, shop):
    one = abroad(shop, "1001")
    answer = merchant.post(ADDRESS, typed(one, hs_code="6912 00", origin="nl") | {"save": "all"})
    assert answer.status_code == 302
    one.refresh_from_db()
    assert (one.blocked_by, one.version) == ("", 2)
    assert ProductCustoms.objects.values_list("shop", "sku", "hs_code", "origin").get() == (
        shop.pk,
        "MUG-1",
        "691200",
        "NL",
    )
    abroad(shop, "1002")
    assert 'value="691200"' in read(merchant.get(ADDRESS)), "offered the next time"


def test_saving_one_keeps_what_was_typed_for_the_others(merchant, shop):
    one, two = abroad(shop, "1001"), abroad(shop, "1002")
    form = typed(one, two, hs_code="691200", origin="NL") | {f"{prefix(two)}-0-description": "Typed for two"}
    page = read(merchant.post(ADDRESS, form | {"save": str(one.public_id)}))
    assert "1 zending is compleet." in page
    assert "Typed for two" in page
    two.refresh_from_db()
    assert two.version == 1


def test_a_draft_somebody_else_saved_meanwhile_is_not_overwritten(merchant, shop, owner):
    one = abroad(shop, "1001")
    form = typed(one, hs_code="691200", origin="NL")
    edit_draft(
        one,
        by=owner,
        version=1,
        content=replace(one.content, weight=800, description=""),
    )
    answer = merchant.post(ADDRESS, form | {"save": "all"})
    assert answer.status_code == 409
    assert "Iemand anders" in read(answer)
    assert "Bewaard wat er is." not in read(answer)
    assert CustomsItem.objects.get(shipment=one).hs_code == ""


def test_a_draft_that_got_its_label_meanwhile_is_not_called_complete(merchant, shop):
    one = abroad(shop, "1001")
    form = typed(one, hs_code="691200", origin="NL")
    Shipment.objects.filter(pk=one.pk).update(status="registered", barcode="LX000000001NL", blocked_by="")
    page = read(merchant.post(ADDRESS, form | {"save": "all"}, follow=True))
    assert "Deze zendingen kregen intussen hun label, dus er is niets gewijzigd." in page
    assert "compleet" not in page


@pytest.mark.parametrize("name", ["nl", "NL", "Nederland", "nederland", "Netherlands"])
def test_the_country_of_origin_is_a_code_or_a_name(merchant, shop, name):
    one = abroad(shop, "1001")
    merchant.post(ADDRESS, typed(one, hs_code="691200", origin=name) | {"save": "all"})
    assert ProductCustoms.objects.get().origin == "NL"


@pytest.mark.parametrize(
    "changes",
    [{"quantity": "-1"}, {"value": "veel"}, {"hs_code": "letters"}, {"origin": "Nergensland"}, {"weight": "9" * 40}],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_is_lost(merchant, shop, changes):
    one = abroad(shop, "1001")
    answer = merchant.post(ADDRESS, typed(one, **({"description": "Kept"} | changes)) | {"save": "all"})
    assert answer.status_code == 422
    page = read(answer)
    assert "Kept" in page
    assert 'aria-invalid="true"' in page
    one.refresh_from_db()
    assert one.version == 1


@pytest.mark.parametrize("garbage", [{"shipment": "x"}, {"fill": "x"}, {"fill": "9" * 50}, {"save": "x"}, {}])
def test_garbage_changes_nothing(merchant, shop, garbage):
    one = abroad(shop, "1001")
    assert merchant.post(ADDRESS, typed(one) | garbage).status_code in (200, 302)
    one.refresh_from_db()
    assert one.version == 1


def test_a_draft_of_another_shop_cannot_be_saved_here(merchant, shop, rival):
    theirs = abroad(rival, "1001")
    merchant.post(ADDRESS, typed(theirs, hs_code="691200", origin="NL") | {"save": "all"})
    theirs.refresh_from_db()
    assert theirs.version == 1


def test_the_list_asks_at_most_twelve_questions_however_long_it_is(merchant, shop, django_assert_max_num_queries):
    for number in range(60):
        abroad(shop, str(1000 + number), sku=f"MUG-{number}")
    with django_assert_max_num_queries(MAX_QUERIES):
        assert merchant.get(ADDRESS).status_code == 200


def test_who_may_only_read_sees_what_is_missing_and_no_button_to_save(client_for, shop):
    one = abroad(shop, "1001")
    reader = make_member(shop, make_user(), "reader")
    listed = read(client_for(reader.user).get(ADDRESS))
    assert "#1001" in listed
    assert 'name="save"' not in listed
    edited = read(client_for(reader.user).get(f"/zendingen/{one.public_id}/bewerken/"))
    assert 'id="save"' not in edited

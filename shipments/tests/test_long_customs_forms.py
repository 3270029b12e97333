"""The customs form of a long or uneven order: complete or blocked, never cut; and what is remembered for it."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils.translation import override

from carriers.gateways.myparcel.mapping import customs_body
from carriers.parcels import Address, CustomsDeclaration, CustomsLine
from integrations.models import ExternalOrder
from integrations.orders import OrderData, OrderLine
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, abroad
from jobs import runner
from shipments.content import ShipmentLine
from shipments.models import ProductCustoms, Shipment
from shipments.services.drafts.customs_shares import share_customs
from shipments.services.drafts.edit import edit_draft
from shipments.services.drafts.split import even_split, split_draft
from shipments.services.imports import order_import
from shipments.services.imports.order_to_draft import DraftPlan, draft_from_order
from shipments.tests.test_pages import edit_form
from shops.models import PackagePreferences, Shop


def bead(number: int, **changes: object) -> OrderLine:
    line = OrderLine(str(number), f"Kraal {number}", 1, f"SKU-{number}", weight=10, unit_value=Decimal("1.00"))
    return replace(line, **changes)  # type: ignore[arg-type]


def to_america(*lines: OrderLine, number: int = 10_300, **changes: object) -> OrderData:
    return replace(abroad("US", number, region="NY"), lines=lines, **changes)  # type: ignore[arg-type]


def plan(*lines: OrderLine, remembered: dict[str, CustomsLine] | None = None, **changes: object) -> DraftPlan:
    return draft_from_order(to_america(*lines, **changes), PackagePreferences(), remembered)


def form_of(made: DraftPlan) -> CustomsDeclaration:
    assert made.content.customs is not None
    return made.content.customs


def pieces(form: CustomsDeclaration) -> int:
    return sum(line.quantity for line in form.lines)


def notes(made: DraftPlan) -> str:
    with override("en"):
        return " ".join(str(note.text) for note in made.notes)


@pytest.mark.parametrize("count", [101, 130, 300])
def test_many_articles_of_one_kind_are_declared_whole(count):
    made = plan(*(bead(n) for n in range(1, count + 1)))
    form = form_of(made)
    assert (pieces(form), form.value_cents, form.weight) == (count, count * 100, count * 10)
    assert "customs_full" not in {problem.code for problem in made.problems}
    assert f"no room for {count} items" in notes(made)


def test_a_hundred_articles_stay_a_hundred_lines():
    made = plan(*(bead(n) for n in range(1, 101)))
    assert len(form_of(made).lines) == 100
    assert "no room" not in notes(made)


def test_what_cannot_be_combined_blocks_the_draft_with_the_limit():
    words = ["".join(chr(97 + int(digit)) for digit in str(n)) for n in range(130)]
    made = plan(*(bead(n, name=word) for n, word in enumerate(words)))
    assert (len(form_of(made).lines), pieces(form_of(made))) == (130, 130)
    (problem,) = [problem for problem in made.problems if problem.code == "customs_full"]
    with override("en"):
        assert "room for at most 100 items and this one has 130" in str(problem.text)


def test_remembered_codes_decide_what_goes_together():
    remembered = {
        f"SKU-{n}": CustomsLine("Beads", 1, 0, 0, "701810" if n % 2 else "711719", "NL", f"SKU-{n}")
        for n in range(1, 131)
    }
    form = form_of(plan(*(bead(n) for n in range(1, 131)), remembered=remembered))
    assert sorted((line.hs_code, line.quantity) for line in form.lines) == [("701810", 65), ("711719", 65)]


@pytest.mark.parametrize(
    ("total", "units"), [("10.00", 3), ("0.10", 7), ("19.99", 6), ("33.33", 2), ("100.01", 12), ("5.00", 1)]
)
def test_the_value_is_that_of_the_order_to_the_cent(total, units):
    form = form_of(plan(bead(1, quantity=units, unit_value=Decimal(total) / units)))
    assert (pieces(form), form.value_cents) == (units, int(Decimal(total) * 100))


def test_what_rounding_leaves_over_all_lines_is_not_lost_either():
    lines = [bead(n, unit_value=Decimal("0.335")) for n in range(1, 5)]
    assert form_of(plan(*lines)).value_cents == 134


def test_what_goes_to_the_gateway_has_the_same_sums():
    lines = [bead(n, quantity=3, unit_value=Decimal(10) / 3) for n in range(1, 131)]
    body = customs_body(form_of(plan(*lines)), Address())
    items = body["items"]
    assert len(items) <= 100
    assert sum(item["amount"] for item in items) == 390
    assert sum(item["amount"] * item["item_value"]["amount"] for item in items) == 130_000
    assert sum(item["weight"] for item in items) == body["weight"] == 3_900


def test_a_value_that_no_form_takes_is_asked_for():
    made = plan(bead(1, unit_value=Decimal(10**9)))
    assert "customs_value" in {problem.code for problem in made.problems}


def test_two_articles_of_one_name_are_told_apart_by_what_was_chosen():
    green, sand = (
        bead(1, name="Trui", choices=(("Kleur", "Groen"),)),
        bead(2, name="Trui", choices=(("Kleur", "Zand"),)),
    )
    assert [line.description for line in form_of(plan(green, sand)).lines] == ["Trui, Groen", "Trui, Zand"]
    assert form_of(plan(green)).lines[0].description == "Trui"


def test_a_description_that_is_cut_is_said_unless_another_is_remembered():
    long = bead(1, name="Kraal " * 12)
    assert "shortened to 50 characters" in notes(plan(long))
    remembered = {"SKU-1": CustomsLine("Glass bead", 1, 0, 0, "701810", "NL", "SKU-1")}
    assert "shortened" not in notes(plan(long, remembered=remembered))


@pytest.fixture
def imported(acme: FakePlatform, shop: Shop, owner):
    def make(order: OrderData) -> Shipment:
        PackagePreferences.objects.get_or_create(shop=shop)
        connection = shop.connections.first() or make_connection(shop)
        mirror.store_orders(connection, [order])
        rows = ExternalOrder.objects.filter(external_id=order.external_id)
        order_import.start_import(shop, owner, orders=rows, key=order.external_id)
        runner.run_due()
        return shop.shipments.get(reference=order.number)

    return make


def filled_in(draft: Shipment, owner, **changes: object) -> Shipment:
    """Saves the form with these values in every line."""
    customs = draft.declaration()
    lines = tuple(replace(line, **changes) for line in customs.lines)  # type: ignore[arg-type]
    content = replace(draft.content, customs=replace(customs, lines=lines))
    edit_draft(draft, by=owner, version=draft.version, content=content)
    draft.refresh_from_db()
    return shop_row(draft)


def shop_row(draft: Shipment) -> Shipment:
    return Shipment.objects.get(pk=draft.pk)


def test_codes_filled_in_on_a_form_that_is_too_long_make_it_fit(imported, owner):
    words = ["".join(chr(97 + int(digit)) for digit in str(n)) for n in range(130)]
    draft = imported(to_america(*(bead(n, name=word) for n, word in enumerate(words))))
    assert draft.customs_items.count() == 130
    form = filled_in(draft, owner, hs_code="7018100000", origin="NL").declaration()
    assert [(line.quantity, line.value_cents, line.weight) for line in form.lines] == [(130, 100, 10)]
    assert ProductCustoms.objects.count() == 130, "what was filled in is remembered for each article"


def test_the_editor_shows_and_keeps_every_line_of_a_form_that_is_too_long(imported, client_for, owner):
    words = ["".join(chr(97 + int(digit)) for digit in str(n)) for n in range(130)]
    draft = imported(to_america(*(bead(n, name=word) for n, word in enumerate(words))))
    page = client_for(owner).get(f"/zendingen/{draft.public_id}/bewerken/").content.decode()
    assert 'name="customs-129-description"' in page
    assert "hooguit 100 regels en dit heeft er 130" in page


def test_the_customs_value_of_a_free_article_is_remembered_and_put_back(imported, owner):
    gift = bead(1, name="Gratis kaart", unit_value=Decimal(0))
    draft = imported(to_america(gift, bead(2), number=1))
    assert [line.value_cents for line in draft.declaration().lines] == [0, 100]
    customs = draft.declaration()
    lines = (replace(customs.lines[0], value_cents=150), replace(customs.lines[1], value_cents=90))
    edit_draft(
        draft, by=owner, version=draft.version, content=replace(draft.content, customs=replace(customs, lines=lines))
    )
    assert dict(ProductCustoms.objects.values_list("sku", "value")) == {"SKU-1": 150}, "a price stays the shop's"
    again = imported(to_america(replace(gift, quantity=2), bead(2), number=2))
    assert [(line.quantity, line.value_cents) for line in again.declaration().lines] == [(2, 150), (1, 100)]


def test_a_remembered_value_is_not_taken_for_a_price_in_another_currency(imported, shop: Shop):
    make_connection(shop)
    ProductCustoms.objects.create(shop=shop, sku="SKU-1", value=150)
    draft = imported(to_america(bead(1, unit_value=Decimal(20)), currency="USD"))
    assert [line.value_cents for line in draft.declaration().lines] == [0]


def test_a_split_divides_lines_that_were_needed_for_the_cents(imported, owner):
    draft = imported(to_america(bead(1, quantity=3, unit_value=Decimal(10) / 3), bead(2, quantity=2)))
    parts = split_draft(draft, by=owner, version=draft.version, parts=even_split(draft, 2))
    forms = [shop_row(part).declaration() for part in parts]
    assert [pieces(form) for form in forms] == [3, 2]
    assert sum(form.value_cents for form in forms) == 1200
    assert sum(part.value for part in parts) == Decimal("12.00")


def test_a_split_of_combined_lines_leaves_the_form_with_the_first_part():
    lines = tuple(ShipmentLine(str(n), 1, "Kraal", f"S-{n}") for n in range(3))
    form = CustomsDeclaration(lines=(CustomsLine("Kraal", 3, 10, 100),))
    shares = share_customs(form, lines, [{"0": 1}, {"1": 1, "2": 1}])
    assert [pieces(share) for share in shares] == [3, 0], "nobody knows which piece is which"


IN_DOLLARS = {"currency": "USD", "euro_rate": Decimal("1.08")}


def test_the_rate_of_the_order_is_offered_in_the_editor_and_fills_only_empty_values(imported, client_for, owner):
    draft = imported(
        to_america(bead(1, unit_value=Decimal("21.60")), bead(2, unit_value=Decimal("5.40")), **IN_DOLLARS)
    )
    browser, path = client_for(owner), f"/zendingen/{draft.public_id}"
    page = browser.get(f"{path}/bewerken/").content.decode()
    assert "was 1 euro 1,08 USD" in page
    assert 'name="customs-0-value" value=' not in page.replace("\n", ""), "nothing is filled in unasked"
    form = edit_form(draft, country="US") | {
        "customs-TOTAL_FORMS": "2",
        "customs-INITIAL_FORMS": "2",
        "customs-0-description": "Bead",
        "customs-0-sku": "SKU-1",
        "customs-0-quantity": "1",
        "customs-1-description": "Bead",
        "customs-1-sku": "SKU-2",
        "customs-1-quantity": "1",
        "customs-1-value": "4,99",
        "use_rate": "1",
    }
    page = " ".join(
        browser.post(f"{path}/mogelijkheden/", form, headers={"HX-Request": "true"}).content.decode().split()
    )
    assert re.search(r'name="customs-0-value" value="20,00"', page)
    assert re.search(r'name="customs-1-value" value="4,99"', page)
    draft.refresh_from_db()
    assert [line.value_cents for line in draft.declaration().lines] == [0, 0], "nothing is saved yet"


def test_the_rate_is_offered_on_the_page_of_all_forms_too(imported, client_for, owner):
    draft = imported(to_america(bead(1, unit_value=Decimal("21.60")), **IN_DOLLARS))
    browser = client_for(owner)
    page = browser.get("/zendingen/douane/").content.decode()
    assert "1 euro was 1,08 USD" in page
    article = re.search(r"check=(a\w+)", page)[1]
    typed = {"description": "Bead", "hs_code": "7018101000", "origin": "NL", "weight": "10", "value": ""}
    form = {f"{article}-{name}": value for name, value in typed.items()}
    form |= {"parcel": f"{draft.public_id}:{draft.version}", "rate": str(draft.public_id)}
    checked = browser.post("/zendingen/douane/", form).content.decode()
    assert "€\xa020,00" in checked
    assert f'value="{draft.public_id}" checked' in " ".join(checked.split())
    draft.refresh_from_db()
    assert draft.declaration().currency == "USD", "nothing is saved yet"
    browser.post("/zendingen/douane/", form | {"save": "all", "rate": ""})
    draft = type(draft).objects.get(pk=draft.pk)
    assert draft.declaration().currency == "USD", "no value in euros was said"
    form["parcel"] = f"{draft.public_id}:{draft.version}"
    browser.post("/zendingen/douane/", form | {"save": "all"})
    draft = type(draft).objects.get(pk=draft.pk)
    assert [line.value_cents for line in draft.declaration().lines] == [2000]
    assert draft.declaration().currency == "EUR"


def test_without_a_rate_nothing_is_offered(imported, client_for, owner):
    draft = imported(to_america(bead(1), currency="USD"))
    assert "use_rate" not in client_for(owner).get(f"/zendingen/{draft.public_id}/bewerken/").content.decode()

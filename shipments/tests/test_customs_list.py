"""The customs worklist: every article once, for all the parcels it is in; calm until something was typed."""

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest

from accounts.tests.factories import make_user
from carriers.parcels import CustomsLine
from shipments.forms.customs_articles import articles_of
from shipments.models import CustomsItem, ProductCustoms, Shipment, ShipmentEvent
from shipments.services.drafts.edit import edit_draft
from shipments.tests.factories import make_shipment
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
ADDRESS = "/zendingen/douane/"
MAX_QUERIES = 12
MUG = {"description": "Mug", "hs_code": "", "origin": "", "weight": "350", "value": "14,95"}


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def abroad(shop, reference: str, sku: str = "MUG-1", *, country: str = "CH", **item: object) -> Shipment:
    """A draft without HS code and origin."""
    shipment = make_shipment(
        shop,
        reference=reference,
        country=country,
        postal_code={"CH": "8001", "US": "10001"}[country],
        city="Zürich",
        region="NY" if country == "US" else "",
        phone="+41446681800",
        weight=700,
        invoice=reference,
        blocked_by="customs",
        problems=[{"field": "customs-0-hs_code", "code": "customs_hs_code", "text": {"nl": "HS-code"}}],
    )
    facts = {"description": "Mug", "quantity": 2, "weight": 350, "value": 1495, "sku": sku} | item
    CustomsItem.objects.create(shipment=shipment, **facts)
    return shipment


def prefixes(*shipments: Shipment) -> list[str]:
    """Of the fields of the articles of these drafts."""
    rows = [Shipment.objects.get(pk=shipment.pk) for shipment in shipments]
    return [article.prefix for article in articles_of(rows, {})]


def typed(*shipments: Shipment, **changes: str) -> dict[str, object]:
    """What the page of these drafts sends. The changes are those of every article."""
    form: dict[str, object] = {"parcel": [f"{shipment.public_id}:{shipment.version}" for shipment in shipments]}
    for prefix in prefixes(*shipments):
        form |= {f"{prefix}-{name}": value for name, value in (MUG | changes).items()}
    return form


def read(answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def declared(shipment: Shipment) -> list[tuple[str, str, str]]:
    return list(shipment.customs_items.values_list("description", "hs_code", "origin"))


def test_an_article_is_asked_once_and_filled_in_for_all_its_parcels(merchant, shop):
    one, two = abroad(shop, "1001"), abroad(shop, "1002")
    page = read(merchant.get(ADDRESS))
    assert page.count("data-article ") == 1
    assert "4 stuks in 2 pakketten, Zwitserland" in page
    answer = merchant.post(ADDRESS, typed(one, two, hs_code="6912 00", origin="China") | {"save": "all"}, follow=True)
    assert "2 zendingen zijn compleet." in read(answer)
    assert declared(one) == declared(two) == [("Mug", "691200", "CN")]
    assert set(Shipment.objects.values_list("blocked_by", "version")) == {("", 2)}


def test_the_page_says_nothing_is_wrong_before_something_was_typed(merchant, shop):
    one = abroad(shop, "1001")
    assert "field__error" not in read(merchant.get(ADDRESS))
    page = read(merchant.post(ADDRESS, typed(one) | {"save": "all"}, follow=True))
    assert "Je hebt nog niets ingevuld." in page
    assert "field__error" not in page
    one.refresh_from_db()
    assert one.version == 1, "and nothing is saved"


def test_what_was_begun_says_what_is_still_missing_and_the_rest_stays_calm(merchant, shop):
    mug, vase = abroad(shop, "1001"), abroad(shop, "1002", "VASE-1", description="Vase")
    form = typed(mug, vase)
    mug_fields, vase_fields = prefixes(mug, vase)
    form |= {f"{mug_fields}-hs_code": "691200", f"{vase_fields}-description": "Vase"}
    page = read(merchant.post(ADDRESS, form | {"save": "all"}))
    assert f'id="id_{mug_fields}-origin-f"' in page
    assert f'id="id_{vase_fields}-origin-f"' not in page
    assert declared(mug) == [("Mug", "691200", "")], "what was typed is kept"


def test_one_field_is_checked_while_typing_and_nothing_is_saved(merchant, shop):
    one = abroad(shop, "1001")
    prefix = prefixes(one)[0]
    form = typed(one, hs_code="6912")
    said = read(merchant.post(f"{ADDRESS}?check={prefix}", form, headers={"HX-Request": "true"}))
    assert said.count("HS-code: ") == 1
    assert f"id_{prefix}-hs_code-f" in said
    assert f"id_{prefix}-origin-f" not in said, "nobody came to the country yet"
    assert "0 van 1 compleet" in said
    assert declared(one) == [("Mug", "", "")]


def test_the_list_and_the_number_on_the_dashboard_are_the_same_drafts(merchant, shop, rival):
    abroad(shop, "1001")
    make_shipment(shop, reference="1002")
    address_first = abroad(shop, "1003")
    Shipment.objects.filter(pk=address_first.pk).update(blocked_by="address")
    abroad(rival, "1004")
    page = read(merchant.get(ADDRESS))
    assert re.findall(r"#(\d{4})</a>", page) == ["1001"]
    home = read(merchant.get("/"))
    assert "1 zending mist douanegegevens" in home
    assert f'href="{ADDRESS}"' in home


def test_what_was_saved_is_remembered_offered_and_said_to_be_remembered(merchant, shop):
    merchant.post(ADDRESS, typed(abroad(shop, "1001"), hs_code="691200", origin="nl") | {"save": "all"})
    assert ProductCustoms.objects.values_list("sku", "hs_code", "origin").get() == ("MUG-1", "691200", "NL")
    later = abroad(shop, "1002")
    page = read(merchant.get(ADDRESS))
    assert 'value="691200"' in page
    assert 'value="Nederland"' in page
    assert "Onthouden van de vorige keer; je kunt het wijzigen" in page
    merchant.post(ADDRESS, typed(later, hs_code="691390", origin="Portugal") | {"save": "all"})
    assert declared(later) == [("Mug", "691390", "PT")]
    assert ProductCustoms.objects.get().hs_code == "691390"


def test_weights_and_values_that_differ_between_parcels_stay_until_one_is_typed(merchant, shop):
    light, heavy = abroad(shop, "1001", weight=100, value=900), abroad(shop, "1002", weight=350, value=1500)
    page = read(merchant.get(ADDRESS))
    assert "Gram p/st verschilt per pakket." in page
    form = typed(light, heavy, hs_code="691200", origin="NL", weight="", value="12,00")
    merchant.post(ADDRESS, form | {"save": "all"})
    assert list(CustomsItem.objects.order_by("weight").values_list("weight", "value")) == [(100, 1200), (350, 1200)]


def test_a_weight_that_some_parcels_lack_is_only_for_those(merchant, shop):
    known, unknown = abroad(shop, "1001", weight=350), abroad(shop, "1002", weight=0)
    assert "Gram p/st ontbreekt in sommige pakketten." in read(merchant.get(ADDRESS))
    merchant.post(ADDRESS, typed(known, unknown, hs_code="691200", origin="NL", weight="300") | {"save": "all"})
    assert (known.customs_items.get().weight, unknown.customs_items.get().weight) == (350, 300)


def test_articles_heavier_than_their_parcel_are_said_at_the_parcel(merchant, shop):
    one = abroad(shop, "1001")
    page = read(merchant.post(ADDRESS, typed(one, hs_code="691200", origin="NL", weight="900") | {"save": "all"}))
    assert "De artikelen wegen meer dan het pakket." in page.partition('id="parcels-title"')[2]


def test_a_country_that_wants_more_digits_is_asked_for_those(merchant, shop):
    assert "10 cijfers" in read(merchant.get(ADDRESS)) if abroad(shop, "1001", country="US") else None
    one = abroad(shop, "1002")
    assert len(prefixes(one, Shipment.objects.get(reference="1001"))) == 1, "ten digits do for both"
    one.carrier = "dpd"
    one.save()
    assert len(prefixes(one, Shipment.objects.get(reference="1001"))) == 2, "eight and ten are two codes"


def test_what_was_there_before_and_does_not_do_is_said_without_calling_it_an_error(merchant, shop):
    abroad(shop, "1001", country="US", hs_code="691200", origin="CN")
    make_shipment(shop, reference="1002", country="CH", postal_code="8001", city="Bern", blocked_by="customs")
    page = read(merchant.get(ADDRESS))
    assert "HS-code: de Verenigde Staten vragen een HS-code van 10 cijfers." in page
    assert "Voeg de artikelen in dit pakket toe aan de douanegegevens." in page
    assert "field__error" not in page


def test_items_without_a_name_are_not_taken_for_one_article(shop):
    one, two = abroad(shop, "1001", "", description=""), abroad(shop, "1002", "", description="")
    assert len(prefixes(one, two)) == 2


def test_a_missing_invoice_number_is_asked_with_its_parcel(merchant, shop):
    one = abroad(shop, "1001")
    Shipment.objects.filter(pk=one.pk).update(invoice="")
    head = f"p{one.public_id.hex}"
    assert f'name="{head}-invoice"' in read(merchant.get(ADDRESS))
    form = typed(one, hs_code="691200", origin="NL")
    form |= {f"{head}-contents": "commercial_goods", f"{head}-invoice": "F-1", "save": "all"}
    merchant.post(ADDRESS, form)
    one.refresh_from_db()
    assert (one.invoice, one.blocked_by) == ("F-1", "")


def test_a_suggestion_fills_in_code_and_english_description(merchant, shop):
    one = abroad(shop, "1001", description="Koffiemok blauw")
    page = read(merchant.get(ADDRESS))
    assert "Is de omschrijving Nederlands (koffiemok, blauw)?" in page
    prefix = prefixes(one)[0]
    assert f'value="{prefix}:691200"' in page
    form = typed(one, description="Koffiemok blauw") | {"suggest": f"{prefix}:691200"}
    page = read(merchant.post(ADDRESS, form))
    assert 'value="691200"' in page
    assert 'value="Tableware, ceramic"' in page
    assert "Is de omschrijving Nederlands" not in page
    assert declared(one) == [("Koffiemok blauw", "", "")], "nothing is saved yet"
    form = typed(one, description="Blue coffee mug") | {"suggest": f"{prefix}:691200"}
    assert 'value="Blue coffee mug"' in read(merchant.post(ADDRESS, form)), "a good description stays"


def test_a_doubt_about_the_language_refuses_nothing(merchant, shop):
    one = abroad(shop, "1001")
    merchant.post(ADDRESS, typed(one, description="Mok", hs_code="691200", origin="NL") | {"save": "all"})
    assert declared(one) == [("Mok", "691200", "NL")]


def test_a_draft_somebody_else_saved_meanwhile_is_not_overwritten(merchant, shop, owner):
    one = abroad(shop, "1001")
    form = typed(one, hs_code="691200", origin="NL")
    edit_draft(one, by=owner, version=1, content=replace(one.content, weight=800, description=""))
    answer = merchant.post(ADDRESS, form | {"save": "all"})
    assert answer.status_code == 409
    assert "Iemand anders" in read(answer)
    assert 'value="691200"' in read(answer), "what was typed is not lost"
    assert CustomsItem.objects.get(shipment=one).hs_code == ""


@pytest.mark.parametrize("version", [0, -1, 2**31, 2**63])
def test_a_version_that_never_was_saves_nothing(merchant, shop, version):
    one = abroad(shop, "1001")
    form = typed(one, hs_code="691200", origin="NL") | {"parcel": f"{one.public_id}:{version}", "save": "all"}
    assert merchant.post(ADDRESS, form).status_code in {302, 409}
    assert declared(one) == [("Mug", "", "")]


def test_a_draft_that_got_its_label_meanwhile_is_not_called_complete(merchant, shop):
    one = abroad(shop, "1001")
    form = typed(one, hs_code="691200", origin="NL")
    Shipment.objects.filter(pk=one.pk).update(status="registered", barcode="LX000000001NL", blocked_by="")
    page = read(merchant.post(ADDRESS, form | {"save": "all"}, follow=True))
    assert "Deze zendingen kregen intussen hun label, dus er is niets gewijzigd." in page
    assert "compleet" not in page


def test_pressing_twice_saves_once(merchant, shop):
    one = abroad(shop, "1001")
    form = typed(one, description="Ceramic mug", hs_code="691200", origin="NL") | {"save": "all"}
    assert [merchant.post(ADDRESS, form).status_code for _press in range(2)] == [302, 302]
    assert ShipmentEvent.objects.filter(shipment=one, kind="edited").count() == 1


@pytest.mark.parametrize("name", ["nl", "Nederland", "netherlands", "NEDERLAND", "holland"])
def test_the_country_of_origin_is_a_name_or_a_code(merchant, shop, name):
    one = abroad(shop, "1001")
    merchant.post(ADDRESS, typed(one, hs_code="691200", origin=name) | {"save": "all"})
    assert ProductCustoms.objects.get().origin == "NL"


@pytest.mark.parametrize(
    "changes", [{"value": "veel"}, {"hs_code": "mok"}, {"origin": "Nergensland"}, {"weight": "9" * 40}]
)
def test_what_cannot_be_kept_is_said_at_its_article_and_nothing_is_lost(merchant, shop, changes):
    one = abroad(shop, "1001")
    answer = merchant.post(ADDRESS, typed(one, **({"description": "Kept"} | changes)) | {"save": "all"})
    assert answer.status_code == 422
    page = read(answer)
    assert 'value="Kept"' in page
    assert f'value="{next(iter(changes.values()))}"' in page
    assert 'aria-invalid="true"' in page
    one.refresh_from_db()
    assert one.version == 1


@pytest.mark.parametrize("garbage", [{"parcel": "x"}, {"suggest": "x"}, {"suggest": "x:999999"}, {"save": "x"}, {}])
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
    for number in range(20):
        abroad(shop, str(1000 + number), sku=f"MUG-{number}")
    with django_assert_max_num_queries(MAX_QUERIES):
        assert read(merchant.get(ADDRESS)).count("data-article ") == 20


def test_a_page_has_room_for_so_many_parcels_and_says_how_many_wait(merchant, shop, monkeypatch):
    monkeypatch.setattr("shipments.views.customs.MAX_PARCELS", 2)
    for number in range(3):
        abroad(shop, str(1000 + number))
    assert "3 pakketten missen douanegegevens; dit zijn de 2 die het langst wachten." in read(merchant.get(ADDRESS))


def test_a_page_has_room_for_so_many_articles(merchant, shop, monkeypatch):
    monkeypatch.setattr("shipments.queries.customs_worklist.MAX_ARTICLES", 2)
    for number in range(4):
        abroad(shop, str(1000 + number), sku=f"MUG-{number}")
    assert re.findall(r"#(\d{4})</a>", read(merchant.get(ADDRESS))) == ["1000", "1001"]


def test_who_may_only_read_sees_what_is_missing_and_no_button_to_save(client_for, shop):
    one = abroad(shop, "1001", description="Koffiemok")
    reader = make_member(shop, make_user(), "reader")
    listed = read(client_for(reader.user).get(ADDRESS))
    assert "#1001" in listed
    assert 'name="save"' not in listed
    assert 'name="suggest"' not in listed
    assert "disabled hx-post" in listed, "nothing is typed, so nothing is checked either"
    edited = read(client_for(reader.user).get(f"/zendingen/{one.public_id}/bewerken/"))
    assert 'id="save"' not in edited


def test_what_was_typed_for_one_article_completes_every_line_by_its_own_needs(shop):
    one, two = abroad(shop, "1001", hs_code="691200", origin="CN"), abroad(shop, "1002")
    article = articles_of([one, two], {})[0]
    as_shown = {"description": "Mug", "hs_code": "691200", "origin": "CN", "weight": None, "value_cents": None}
    completed = [article.completed(line.line, as_shown) for line in article.lines]
    assert [(line.hs_code, line.origin) for line in completed] == [("691200", "CN")] * 2
    assert article.completed(CustomsLine("Blue mug", 1, 0, 0), as_shown).description == "Blue mug"
    assert Decimal(completed[0].value_cents) / 100 == Decimal("14.95")

"""The texts of an order on their whole way to the draft: signs nobody sees, HTML entities, countries, postcodes."""

from importlib import import_module
from typing import Any

import pytest

from carriers.parcels import Address
from integrations.orders import OrderData
from shipments.services.imports.order_to_draft import DraftPlan, draft_from_order
from shops.models import PackagePreferences
from tests.platforms import PRODUCT_PROVIDERS

# The modules of the only platform so far: what its orders look like, and how they become ours.
((_platform, _provider),) = PRODUCT_PROVIDERS.items()
PAYLOADS, MAPPING = (import_module(f"{_provider.rsplit('.', 2)[0]}.{name}") for name in ("payloads", "mapping"))
HOME = {"country": "NL", "city": "Utrecht", "postalCode": "3524 KB", "addressLine": "Lindelaan 12"}
NAMED = {"firstName": "Robin", "lastName": "Voorbeeld", "phone": "0655550100"}
UNSEEN = ["\ufeff", "\u200b", "\u00ad", "\u200e", "\u202a", "\u2060", "\u200d", "\u0000", "\ufe0f"]


def body(address: dict[str, str], contact: dict[str, str], **changes: Any) -> dict[str, Any]:
    line = {
        "id": "00000000-0000-0000-0000-000000000001",
        "productName": {"original": "Mok"},
        "quantity": 1,
        "physicalProperties": {"sku": "SKU-1", "shippable": True, "weight": 0.3},
        "price": {"amount": "10.00"},
    }
    return {
        "id": "c0ffee00-0000-4000-8000-000000000211",
        "number": "30001",
        "createdDate": "2026-11-27T09:00:00.000Z",
        "status": "APPROVED",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "NOT_FULFILLED",
        "currency": "EUR",
        "weightUnit": "KG",
        "buyerInfo": {"email": "robin@example.com"},
        "lineItems": [line],
        "recipientInfo": {"address": HOME | address, "contactDetails": NAMED | contact},
    } | changes


def read(given: dict[str, Any]) -> OrderData:
    return MAPPING.order_data(getattr(PAYLOADS, f"{_platform.title()}Order").model_validate(given))


def draft(address: dict[str, str] | None = None, contact: dict[str, str] | None = None, **changes: Any) -> DraftPlan:
    order = read(body(address or {}, contact or {}, **changes))
    return draft_from_order(order, PackagePreferences())


def recipient(address: dict[str, str] | None = None, contact: dict[str, str] | None = None) -> Address:
    return draft(address, contact).content.recipient


def codes(plan: DraftPlan) -> set[str]:
    return {note.code for note in plan.notes}


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_a_sign_that_nobody_sees_changes_nothing_wherever_it_stands(unseen):
    def hidden(text: str) -> str:
        return f"{unseen}{text[:2]}{unseen}{text[2:]}{unseen}"

    plan = draft(
        {name: hidden(value) if name != "country" else value for name, value in HOME.items()},
        {name: hidden(value) for name, value in NAMED.items()},
        buyerInfo={"email": hidden("robin@example.com")},
        number=hidden("30001"),
    )
    assert plan == draft()
    assert plan.problems == ()
    assert plan.notes == ()


def test_blanks_and_figures_in_another_shape_are_read_as_plain_ones():
    found = recipient(
        {"postalCode": "\uff13\uff15\uff12\uff14\u3000\uff2b\uff22", "addressLine": "Lindelaan\u00a0\uff11\uff12"},
        {"firstName": "Robin\u2009", "lastName": "de\u00a0Wit"},
    )
    assert (found.street, found.number, found.postal_code, found.person) == (
        "Lindelaan",
        "12",
        "3524 KB",
        "Robin de Wit",
    )


@pytest.mark.parametrize(
    "name", ["\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\u0915\u094d\u200d\u0937", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"]
)
def test_a_joiner_that_the_letters_of_a_name_need_stays(name):
    assert recipient(contact={"firstName": name}).person == f"{name} Voorbeeld"


def test_html_entities_are_read_once_in_every_text_and_told():
    plan = draft(
        {"city": "&#039;t Voorbeeld", "postalCode": "9512&nbsp;AA", "addressLine": "Caf&eacute;plein 4"},
        {"firstName": "Zo&euml;", "lastName": "O&#x27;Voorbeeld", "company": "Voorbeeld &amp;amp; Zn &lt;NL&gt;"},
    )
    found = plan.content.recipient
    assert found.person == "Zoë O'Voorbeeld"
    assert found.company == "Voorbeeld &amp; Zn <NL>"
    assert (found.street, found.number) == ("Caféplein", "4")
    assert (found.postal_code, found.city) == ("9512 AA", "'t Voorbeeld")
    assert plan.problems == ()
    assert "entities" in codes(plan)


def test_an_entity_that_stands_for_an_unseen_sign_goes_like_the_sign():
    assert recipient(contact={"lastName": "Voor&shy;beeld&#8203;&zwnj;"}).person == "Robin Voorbeeld"


def test_entities_of_articles_and_remarks_are_read_too():
    line = body({}, {})["lineItems"][0] | {"productName": {"original": "Th&eacute; &amp; Caf&eacute;"}}
    order = read(body({}, {}, lineItems=[line], buyerNote="&quot;Hoi&quot;"))
    assert (order.lines[0].name, order.buyer_note) == ("Thé & Café", '"Hoi"')
    assert set(order.decoded) == {"product_name", "buyer_note"}


@pytest.mark.parametrize("company", ["R&D B.V. &copy", "Jansen & Zn", "A&B; C", "Vis&Co", "&unheard; of"])
def test_an_ampersand_that_is_one_stays_without_a_word(company):
    plan = draft(contact={"company": company})
    assert plan.content.recipient.company == company
    assert "entities" not in codes(plan)


@pytest.mark.parametrize(
    ("written", "country", "needs_customs"),
    [("EL", "GR", False), ("el", "GR", False), ("UK", "GB", True), ("DEU", "DE", False), ("AUT", "AT", False)],
)
def test_another_code_of_a_country_is_read_as_that_country(written, country, needs_customs):
    plan = draft({"country": written, "postalCode": "10557", "city": "Stad"})
    assert plan.content.recipient.country == country
    assert plan.content.needs_customs is needs_customs


def test_a_word_that_is_no_country_is_no_other_country_by_its_first_letters():
    plan = draft({"country": "Neverland"})
    assert plan.content.recipient.country == ""
    assert "country_missing" in {problem.code for problem in plan.problems}


@pytest.mark.parametrize(
    ("country", "typed", "kept", "note"),
    [
        ("BE", "1O50", "1050", "postal_code_letters"),
        ("DE", "1067", "01067", "postal_code_zero"),
        ("FR", "98000", "98000", "other_country"),
        ("GB", "je23ab", "JE2 3AB", "other_country"),
        ("IT", "47890", "47890", "other_country"),
    ],
)
def test_the_draft_tells_what_became_of_the_postcode(country, typed, kept, note):
    plan = draft({"country": country, "postalCode": typed})
    assert plan.content.recipient.postal_code == kept
    assert note in codes(plan)


def test_a_buyer_in_san_marino_gets_a_customs_form_under_the_code_of_italy():
    plan = draft({"country": "IT", "postalCode": "47890", "city": "San Marino"})
    assert plan.content.needs_customs
    assert "territory" in codes(plan)
    assert not draft({"country": "IT", "postalCode": "47921", "city": "Rimini"}).content.needs_customs

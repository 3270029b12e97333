"""The contract of label gateways, for both gateways; MyParcel's runs over HTTP against the sandbox."""

import io
import itertools

import pytest
from pypdfium2 import PdfDocument

from carriers.customs import customs_problems
from carriers.gateways.base import AlreadyScanned, LabelGateway, ReturnRequest
from carriers.gateways.local import LocalGateway
from carriers.gateways.myparcel import MyParcelGateway
from carriers.parcels import (
    Address,
    Consignment,
    CustomsDeclaration,
    CustomsLine,
    Destination,
    ParcelChoice,
    PrintedLabel,
    Registration,
    RegistrationRejected,
)
from carriers.tracking_links import carrier_display_name, tracking_url
from lib.http import ApiClient
from tests.sandbox_server import MyParcelSandbox

SENDER = Address(company="Atelier", street="Kade", number="1", postal_code="3511 AA", city="Utrecht", country="NL")
HOME = Address(
    person="Hanna",
    street="Lindelaan",
    number="12",
    postal_code="3524 KB",
    city="Utrecht",
    country="NL",
    email="h@x.example",
)
PLACES = {
    "NL": HOME,
    "BE": Address("Elise", "", "Kouter", "18", "", "3", "", "9000", "Gent", "", "BE"),
    "DE": Address("Hugo", "", "Am Sandtorkai", "50", "", "", "Hinterhaus", "20457", "Hamburg", "", "DE"),
    "CH": Address("Mei", "", "Bahnhofquai", "9", "", "", "", "8001", "Zürich", "", "CH"),
    "GB": Address("Maud", "", "Fenchurch Street", "10", "", "", "", "EC3M 3BE", "London", "", "GB"),
    "US": Address("Emily", "", "235 West 23rd Street", "", "", "", "", "97209", "Portland", "OR", "US"),
}
ABROAD = PLACES["US"]
DECLARED = CustomsDeclaration(invoice="1", lines=(CustomsLine("Mug", 2, 300, 1495, "6912001000", "NL"),))


@pytest.fixture(params=["local", "myparcel"])
def gateway(request: pytest.FixtureRequest) -> LabelGateway:
    if request.param == "myparcel":
        sandbox: MyParcelSandbox = request.getfixturevalue("sandbox")
        return MyParcelGateway(ApiClient(sandbox.api, agent="Tests/1.0"), sandbox.key, sleep=lambda seconds: None)
    numbers = itertools.count(1)
    return LocalGateway(lambda series, count: [next(numbers) for _one in range(count)])


def consignment(reference: str, recipient: Address = HOME, customs: CustomsDeclaration | None = None) -> Consignment:
    return Consignment(reference, recipient, SENDER, ParcelChoice(), 700, "text", customs)


def printed(consignments, results) -> list[PrintedLabel]:
    return [
        PrintedLabel(item, result.barcode, external_id=result.external_id)
        for item, result in zip(consignments, results, strict=True)
    ]


def pages(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height in whole millimeters."""
    document = PdfDocument(io.BytesIO(pdf))
    return [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document]


def words(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in PdfDocument(io.BytesIO(pdf))]


def test_answers_come_in_the_order_asked_and_each_barcode_once(gateway):
    consignments = [consignment(str(number)) for number in range(60)]
    results = gateway.register(consignments)
    assert [result.reference for result in results] == [consignment.reference for consignment in consignments]
    assert len({result.barcode for result in results}) == 60


def test_one_bad_parcel_is_refused_in_words_and_the_others_are_not(gateway):
    nowhere = Address(person="X", street="Lindelaan", postal_code="3524 KB", city="Utrecht", country="NL")
    first, second, third = gateway.register([consignment("a"), consignment("b", nowhere), consignment("c")])
    assert isinstance(first, Registration)
    assert isinstance(second, RegistrationRejected)
    assert str(second.reason)
    assert isinstance(third, Registration)


def test_outside_the_eu_the_customs_form_must_be_complete(gateway):
    without, complete = gateway.register([consignment("a", ABROAD), consignment("b", ABROAD, DECLARED)])
    assert isinstance(without, RegistrationRejected)
    assert complete.barcode.endswith("NL")


@pytest.mark.parametrize("country", list(PLACES))
@pytest.mark.parametrize("layout", ["a6", "a4"])
def test_a_parcel_goes_everywhere_from_consignment_to_label(gateway, country, layout):
    customs = DECLARED if country in {"CH", "GB", "US"} else None
    consignments = [consignment("a", PLACES[country], customs)]
    results = gateway.register(consignments)
    assert isinstance(results[0], Registration), getattr(results[0], "reason", "")
    pdf = gateway.render_labels(printed(consignments, results), layout, 1)
    assert pages(pdf)


def test_labels_keep_the_order_and_four_fit_on_a_sheet(gateway):
    consignments = [consignment(str(number)) for number in range(3)]
    labels = printed(consignments, gateway.register(consignments))
    assert pages(gateway.render_labels(labels, "a6", 1)) == [(105, 148)] * 3
    assert len(pages(gateway.render_labels(labels, "a4", 1))) == 1
    assert len(pages(gateway.render_labels(labels, "a4", 3))) == 2


def test_more_labels_than_fit_in_one_call_come_all(gateway):
    consignments = [consignment(str(number)) for number in range(130)]
    labels = printed(consignments, gateway.register(consignments))
    assert len(pages(gateway.render_labels(labels, "a6", 1))) == 130


def test_printing_again_gives_the_same_barcode(gateway):
    consignments = [consignment("a")]
    labels = printed(consignments, gateway.register(consignments))
    assert words(gateway.render_labels(labels, "a6", 1)) == words(gateway.render_labels(labels, "a6", 1))


def test_what_was_never_announced_is_not_found(gateway):
    assert gateway.find_registrations([consignment("nobody")]) == {}


def test_a_label_nobody_scanned_can_be_cancelled_twice_and_its_number_is_not_used_again(gateway):
    (result,) = gateway.register([consignment("a")])
    gateway.cancel(result.external_id)
    gateway.cancel(result.external_id)
    (next_one,) = gateway.register([consignment("b")])
    assert next_one.barcode != result.barcode


def test_a_return_has_a_barcode_of_its_own(gateway):
    (out,) = gateway.register([consignment("a")])
    order = ReturnRequest("r", out.external_id, HOME, SENDER, ParcelChoice(), 700)
    back = gateway.register_return(order)
    assert isinstance(back, Registration)
    assert back.barcode != out.barcode


def test_a_parcel_that_was_scanned_can_no_longer_be_cancelled(sandbox: MyParcelSandbox):
    gateway = MyParcelGateway(ApiClient(sandbox.api, agent="Tests/1.0"), sandbox.key)
    (result,) = gateway.register([consignment("a")])
    sandbox.move(result.barcode, 3)
    with pytest.raises(AlreadyScanned):
        gateway.cancel(result.external_id)


def test_shops_are_told_a_name_that_acme_does_not_replace():
    assert {carrier_display_name(name) for name in ("postnl", "dhlforyou")} == {"PostNL", "DHL For You"}
    assert "3524KB" in tracking_url("dhlforyou", "X", "NL", "3524 KB")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (CustomsLine("", 1, 100, 200, "691200", "NL"), "customs_description"),
        (CustomsLine("Mug", 1, 0, 200, "691200", "NL"), "customs_weight"),
        (CustomsLine("Mug", 1, 100, 200, "6912", "NL"), "customs_hs_code"),
        (CustomsLine("Mug", 1, 100, 200, "69120", "NL"), "customs_hs_code"),
        (CustomsLine("Mug", 1, 100, 200, "691200", ""), "customs_origin"),
        (CustomsLine("Mug", 1, 100, 50, "691200", "NL"), "customs_value"),
        (CustomsLine("Mug", 9, 100, 200, "691200", "NL"), "customs_weight"),
    ],
)
def test_what_a_customs_form_misses_is_named(line, code):
    problems = customs_problems(CustomsDeclaration(invoice="1", lines=(line,)), Destination("CH"), 700)
    assert [problem.code for problem in problems] == [code]
    assert str(problems[0].text)


def test_the_united_states_want_ten_digits_and_goods_want_an_invoice():
    line = CustomsLine("Mug", 1, 100, 200, "691200", "NL")
    assert [p.code for p in customs_problems(CustomsDeclaration(lines=(line,)), Destination("US"), 700)] == [
        "customs_invoice",
        "customs_hs_code",
    ]
    gift = CustomsDeclaration(contents="gifts", lines=(line,))
    assert customs_problems(gift, Destination("CH"), 700) == ()
    assert [p.code for p in customs_problems(CustomsDeclaration(invoice="1"), Destination("CH"), 700)] == [
        "customs_empty"
    ]

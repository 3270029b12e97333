"""One shipment of several parcels: registered once, a barcode and a label for each, tracked and canceled together."""

import io
from dataclasses import replace

import pypdfium2
import pytest
from django.utils.translation import override

from carriers.account_terms import AccountTerms, CarrierTerms
from carriers.barcodes import series_for
from carriers.capabilities import Capabilities
from carriers.capability_rules import account_with
from carriers.gateways.base import AlreadyScanned, Tracking
from carriers.gateways.local import LocalGateway
from carriers.gateways.myparcel import MyParcelGateway
from carriers.multi_collo import max_parcels, parcel_count_problem
from carriers.parcels import Consignment, Destination, ParcelChoice, PrintedLabel, Registration, RegistrationRejected
from carriers.tests.test_gateways import ABROAD, DECLARED, PLACES, consignment
from carriers.tracking_status import TrackingStatus
from lib.http import ApiClient, ApiUnavailable
from tests.sandbox_server import MyParcelSandbox

NL, BE, DE = Destination("NL"), Destination("BE"), Destination("DE")


@pytest.fixture
def gateway(sandbox: MyParcelSandbox) -> MyParcelGateway:
    return MyParcelGateway(ApiClient(sandbox.api, agent="Tests/1.0"), sandbox.key, sleep=lambda seconds: None)


def several(count: int = 3, **changes: object) -> Consignment:
    return replace(consignment("a"), parcel_count=count, **changes)


def printed(one: Consignment, answer: Registration) -> PrintedLabel:
    further = tuple(parcel.barcode for parcel in answer.further)
    return PrintedLabel(one, answer.barcode, external_id=answer.external_id, further=further)


def sheet_count(pdf: bytes) -> int:
    return len(pypdfium2.PdfDocument(io.BytesIO(pdf)))


def test_one_registration_gives_every_parcel_its_barcode(gateway, sandbox: MyParcelSandbox):
    (answer,) = gateway.register([several()])
    barcodes = {answer.barcode, *(parcel.barcode for parcel in answer.further)}
    assert len(barcodes) == 3
    (main,) = [row for row in sandbox.shipments if row["secondary_shipments"]]
    assert main["shipment_type"] == 3
    assert main["reference_identifier"] == "a"
    assert [row["reference_identifier"] for row in main["secondary_shipments"]] == ["a-2", "a-3"]


@pytest.mark.parametrize("list_secondary", [True, False])
def test_after_a_lost_answer_it_is_found_with_all_its_parcels_and_not_bought_again(
    gateway, sandbox: MyParcelSandbox, list_secondary
):
    sandbox.set_switches(
        fault="lost_answer", fault_path="GET /shipment_labels", fault_count=2, list_secondary=list_secondary
    )
    with pytest.raises(ApiUnavailable):
        gateway.register([several()])
    found = gateway.find_registrations([several()])
    assert len(found["a"].further) == 2
    assert len({row["id"] for row in sandbox.shipments}) == 3


def test_a_concept_whose_answer_was_lost_goes_with_all_its_parcels_before_it_is_made_again(
    gateway, sandbox: MyParcelSandbox
):
    sandbox.set_switches(fault="lost_answer", fault_path="POST /shipments", fault_count=1)
    with pytest.raises(ApiUnavailable):
        gateway.register([several()])
    assert gateway.find_registrations([several()]) == {}
    assert sandbox.shipments == []
    (answer,) = gateway.register([several()])
    assert len(answer.further) == 2


def test_a_shipment_made_before_with_another_number_of_parcels_is_not_this_one(gateway):
    gateway.register([several(2)])
    assert gateway.find_registrations([several(3)]) == {}
    assert gateway.find_registrations([several(1)]) == {}


@pytest.mark.parametrize(("layout", "sheets"), [("a6", 4), ("a4", 1)])
def test_all_its_labels_are_printed_together(gateway, layout, sheets):
    ones = [several(), consignment("b")]
    labels = [printed(one, answer) for one, answer in zip(ones, gateway.register(ones), strict=True)]
    assert sheet_count(gateway.render_labels(labels, layout, 1)) == sheets
    assert gateway.sheet_slots(labels) == 4


def test_between_labels_for_outside_the_eu_they_stay_in_their_place(gateway):
    ones = [several(), consignment("b", ABROAD, DECLARED), consignment("c")]
    labels = [printed(one, answer) for one, answer in zip(ones, gateway.register(ones), strict=True)]
    pages = pypdfium2.PdfDocument(io.BytesIO(gateway.render_labels(labels, "a6", 1)))
    texts = [page.get_textpage().get_text_bounded() for page in pages]
    own = [labels[0].barcode, *labels[0].further]
    assert all(barcode in text for barcode, text in zip(own, texts, strict=False))
    assert labels[2].barcode in texts[-1]


def test_test_labels_are_numbered_and_have_a_barcode_each():
    series = series_for(ParcelChoice(), NL)
    gateway = LocalGateway(lambda _series, count: list(range(1, count + 1)))
    one = several()
    (answer,) = gateway.register([one])
    assert [answer.barcode, *(parcel.barcode for parcel in answer.further)] == [series.render(n) for n in (1, 2, 3)]
    assert sheet_count(gateway.render_labels([printed(one, answer)], "a6", 1)) == 3


def test_it_is_finished_only_with_its_last_parcel(gateway, sandbox: MyParcelSandbox):
    (answer,) = gateway.register([several(2)])
    (other,) = answer.further

    def status_after(barcode: str, code: int) -> Tracking:
        sandbox.move(barcode, code)
        return gateway.track([answer.external_id])[answer.external_id]

    assert status_after(other.barcode, 3).status == TrackingStatus.HANDED_OVER
    tracking = status_after(answer.barcode, 7)
    assert (tracking.status, tracking.is_final) == (TrackingStatus.HANDED_OVER, False)
    assert tracking.further == {other.external_id: TrackingStatus.HANDED_OVER}
    tracking = status_after(other.barcode, 7)
    assert (tracking.status, tracking.is_final) == (TrackingStatus.DELIVERED, True)


def test_it_can_be_canceled_until_one_of_its_parcels_was_scanned(gateway, sandbox: MyParcelSandbox):
    (answer,) = gateway.register([several(2)])
    gateway.cancel(answer.external_id)
    sandbox.move(answer.further[0].barcode, 3)
    with pytest.raises(AlreadyScanned):
        gateway.cancel(answer.external_id)


def test_where_it_is_possible_and_how_many():
    parcel = ParcelChoice()
    assert [max_parcels(parcel, place) for place in (NL, BE, DE)] == [10, 10, 1]
    assert max_parcels(replace(parcel, package_type="mailbox"), NL) == 1
    assert max_parcels(ParcelChoice("dhlforyou"), NL) == 1
    account = Capabilities(account_with(AccountTerms((CarrierTerms("postnl", max_parcels=4),))))
    assert max_parcels(parcel, NL, account) == 4
    with override("en"):
        assert "at most 4 parcels" in str(parcel_count_problem(5, parcel, NL, account).text)
        assert "to the Netherlands and Belgium" in str(parcel_count_problem(2, parcel, DE).text)
        assert "DHL For You does not take" in str(parcel_count_problem(2, ParcelChoice("dhlforyou"), NL).text)


@pytest.mark.parametrize("lacks", ["", "POSTNL.collo"])
def test_what_only_the_gateway_refuses_has_a_sentence_and_leaves_nothing(gateway, sandbox: MyParcelSandbox, lacks):
    sandbox.set_switches(contract_lacks=lacks)
    refused = several(recipient=PLACES["DE"]) if not lacks else several()
    (answer,) = gateway.register([refused])
    assert isinstance(answer, RegistrationRejected)
    assert str(answer.reason)
    assert sandbox.shipments == []

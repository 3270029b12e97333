"""What MyParcel makes of our sender, of a missing permission, and of look-ups; and which links of it reach a buyer."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from carriers.gateways.base import UnrecordedSender
from carriers.gateways.myparcel import MyParcelGateway
from carriers.gateways.myparcel.client import MyParcelClient, iam_url
from carriers.gateways.myparcel.mapping import build_registration, sender_body
from carriers.gateways.myparcel.payloads import ShipmentReply
from carriers.gateways.myparcel.provider import MyParcelProvider
from carriers.parcels import Address, PrintedLabel, Registration, RegistrationRejected
from carriers.tests.test_gateways import HOME, consignment
from lib.http import ApiClient, ApiForbidden, ApiUnauthorized, ApiUnavailable
from tests.sandbox_server import MyParcelSandbox

OURS = Address("Noor", "Atelier Noord", "Damrak", "1", postal_code="1012 AB", city="Amsterdam", country="NL")


@pytest.fixture
def sender() -> UnrecordedSender:
    return UnrecordedSender()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def gateway(sandbox: MyParcelSandbox, sender: UnrecordedSender, waits: list[float]) -> MyParcelGateway:
    api = ApiClient(sandbox.api, agent="Tests/1.0")
    return MyParcelGateway(api, sandbox.key, sleep=waits.append, sender=sender)


def parcel(reference: str):
    return replace(consignment(reference), sender=OURS)


def closed(reference: str):
    return replace(parcel(reference), recipient=replace(HOME, postal_code="9999 ZZ"))


def printed(sandbox: MyParcelSandbox) -> dict[str, str]:
    return {row["reference_identifier"]: row["sender"]["company"] for row in sandbox.shipments}


@pytest.mark.parametrize(
    ("answer", "company", "accepted"),
    [
        ("refused", "Theehuis De Hazelaar", False),
        ("printed", "Atelier Noord", True),
        ("ignored", "Theehuis De Hazelaar", False),
    ],
)
def test_a_label_is_made_once_whatever_becomes_of_our_sender(
    gateway, sandbox: MyParcelSandbox, sender: UnrecordedSender, answer, company, accepted
):
    sandbox.set_switches(sender=answer)
    results = gateway.register([parcel("a"), parcel("b")])
    assert all(isinstance(result, Registration) for result in results)
    assert printed(sandbox) == {"a": company, "b": company}
    assert len(sandbox.shipments) == 2
    assert (sender.accepted, sender.printed.company if sender.printed else "") == (accepted, company)


def test_a_refused_sender_rejects_nobody_and_a_bad_address_only_itself(gateway, sandbox: MyParcelSandbox):
    results = gateway.register([parcel("a"), closed("b"), parcel("c")])
    assert [type(result) for result in results] == [Registration, RegistrationRejected, Registration]
    assert sorted(printed(sandbox)) == ["a", "c"]


def test_an_incomplete_sender_is_not_sent():
    assert sender_body(replace(OURS, city="")) == {}
    assert sender_body(OURS)["person"] == "Noor"
    assert sender_body(replace(OURS, person=""))["person"] == "Atelier Noord"


def test_a_missing_permission_is_a_rejection_with_a_sentence_at_once(gateway, sandbox: MyParcelSandbox):
    sandbox.set_switches(fault="403", fault_path="POST /shipments")
    results = gateway.register([parcel(str(n)) for n in range(30)])
    assert len(results) == 30
    assert all(isinstance(result, RegistrationRejected) for result in results)
    with override("nl"):
        assert str(results[0].reason).startswith("Deze API-sleutel mag dit niet bij MyParcel.")


def test_a_missing_permission_for_labels_leaves_no_concepts(gateway, sandbox: MyParcelSandbox):
    sandbox.set_switches(fault="403", fault_path="GET /shipment_labels")
    (result,) = gateway.register([parcel("a")])
    assert isinstance(result, RegistrationRejected)
    assert sandbox.shipments == []


def test_a_look_up_by_reference_finds_its_parcel(gateway, sandbox: MyParcelSandbox, monkeypatch):
    (made,) = gateway.register([parcel("a")])
    asked: list[str] = []
    call = MyParcelClient._call

    def spy(client, method, family, path, *args, **headers):
        asked.append(path)
        return call(client, method, family, path, *args, **headers)

    monkeypatch.setattr(MyParcelClient, "_call", spy)
    assert gateway.find_registrations([parcel("a")]) == {"a": made}
    assert not [path for path in asked if "reference_identifier" in path and "size=" in path]


def test_a_registration_bears_the_shops_own_tracking_page(gateway):
    (made,) = gateway.register([parcel("a")])
    assert made.tracking_url.startswith("https://theehuis.myparcel.me/track-trace/")


@pytest.mark.parametrize(
    "link", [None, "", "http://a.example/t", "https:///t", "javascript:alert(1)", "https://[", "https://u@a.example/"]
)
def test_any_other_link_is_not_shown_to_a_buyer(link):
    reply = ShipmentReply(id=1, status=2, barcode="3SSAND000000001", link_consumer_portal=link)
    registration = build_registration("a", "postnl", HOME, reply)
    assert registration is not None
    assert registration.tracking_url.startswith("https://jouw.postnl.nl/")


@pytest.mark.parametrize("status", ["404", "202"])
def test_a_prepared_file_that_is_not_ready_is_waited_for(gateway, sandbox: MyParcelSandbox, waits, status):
    made = gateway.register([parcel(str(n)) for n in range(26)])
    sandbox.set_switches(not_ready=status, link_waits=3)
    labels = [PrintedLabel(parcel(one.reference), one.barcode, external_id=one.external_id) for one in made]
    assert gateway.render_labels(labels, "a6", 1).startswith(b"%PDF")
    assert len(waits) == 3


def test_a_label_call_that_answers_202_is_asked_again(gateway, sandbox: MyParcelSandbox, waits):
    (made,) = gateway.register([parcel("a")])
    sandbox.set_switches(label_waits=2)
    label = PrintedLabel(parcel("a"), made.barcode, external_id=made.external_id)
    assert gateway.render_labels([label], "a6", 1).startswith(b"%PDF")
    assert len(waits) == 2


def test_a_file_that_never_comes_is_for_later(gateway, sandbox: MyParcelSandbox, waits):
    (made,) = gateway.register([parcel("a")])
    sandbox.set_switches(label_waits=1000)
    with pytest.raises(ApiUnavailable):
        gateway.render_labels([PrintedLabel(parcel("a"), made.barcode, external_id=made.external_id)], "a6", 1)
    assert 180 <= sum(waits) < 200


def test_whose_key_it_is_is_asked_on_another_host():
    assert iam_url("https://api.myparcel.nl") == "https://iam.api.myparcel.nl"
    assert iam_url("http://127.0.0.1:8001/myparcel") == "http://127.0.0.1:8001/myparcel"


def test_a_key_without_permission_is_told_from_a_wrong_one(sandbox: MyParcelSandbox):
    provider = MyParcelProvider(sandbox.api)
    sandbox.set_switches(fault="403", fault_path="GET /shipments")
    with pytest.raises(ApiForbidden):
        provider.check_credentials(sandbox.key)
    sandbox.set_switches(fault="401")
    with pytest.raises(ApiUnauthorized) as wrong:
        provider.check_credentials(sandbox.key)
    assert not isinstance(wrong.value, ApiForbidden)

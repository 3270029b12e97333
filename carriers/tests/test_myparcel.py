"""MyParcel's failures: no label is made twice, none is lost, and every rejection has a message."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import responses
from django.utils.translation import override

from carriers.gateways.myparcel import MyParcelGateway, call_limits
from carriers.gateways.myparcel.error_messages import field_errors, payment_message
from carriers.gateways.myparcel.mapping import build_registration, build_tracking, shipment_body
from carriers.gateways.myparcel.payloads import ShipmentReply, TrackReply
from carriers.parcels import ParcelChoice, Registration, RegistrationRejected
from carriers.tests.test_gateways import DECLARED, HOME, PLACES, consignment
from lib.http import ApiClient, ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.user_agent import user_agent, version
from tests.sandbox_server import MyParcelSandbox


@pytest.fixture
def gateway(sandbox: MyParcelSandbox) -> MyParcelGateway:
    return MyParcelGateway(ApiClient(sandbox.api, agent="Tests/1.0"), sandbox.key, sleep=lambda seconds: None)


def made(sandbox: MyParcelSandbox) -> list[str]:
    return [row["reference_identifier"] for row in sandbox.shipments]


def closed(reference: str):
    """A parcel that only MyParcel rejects: our own rules find no problem."""
    return consignment(reference, replace(HOME, postal_code="9999 ZZ"))


def test_who_is_refused_is_named_and_the_others_go(gateway, sandbox: MyParcelSandbox):
    consignments = [closed(str(n)) if n in {3, 30, 31} else consignment(str(n)) for n in range(40)]
    results = gateway.register(consignments)
    rejected = [result for result in results if isinstance(result, RegistrationRejected)]
    assert [one.reference for one in rejected] == ["3", "30", "31"]
    with override("nl"):
        assert str(rejected[0].reason).startswith("Postcode: de vervoerder bezorgt niet")
    assert len(sandbox.shipments) == 37


@pytest.mark.parametrize(
    ("field", "code", "corrected"),
    [
        ("data.shipments[0].recipient.cc", "3506", "country"),
        ("data.shipments[0].recipient.number_suffix", "3511", "suffix"),
        ("data.shipments[0].recipient.anything_new", "3740", "street"),
        ("data.shipments[0].recipient.cc", "3517", ""),
        ("data.shipments[0].sender.street", "3519", ""),
        ("data.shipments[0].sender.street", "3501", ""),
        ("", "3501", "street"),
        ("", "3716", ""),
    ],
)
def test_a_refusal_says_which_field_of_the_address_to_correct(field, code, corrected):
    (error,) = field_errors(refusal([{"code": code, "fields": [field] if field else [], "human": ["is wrong"]}]))
    assert error.recipient_field == corrected


def test_a_lost_answer_is_found_by_its_reference(gateway, sandbox: MyParcelSandbox):
    consignments = [consignment("a"), consignment("b")]
    sandbox.set_switches(sender="printed", fault="lost_answer", fault_path="POST /shipments", fault_count=1)
    with pytest.raises(ApiUnavailable):
        gateway.register(consignments)
    assert made(sandbox) == ["a", "b"]
    assert gateway.find_registrations(consignments) == {}, "concepts are removed: their content may be old"
    assert len(gateway.register(consignments)) == 2
    assert made(sandbox) == ["a", "b"]


def test_a_label_that_exists_is_taken_over_with_its_barcode(gateway, sandbox: MyParcelSandbox):
    consignments = [consignment("a")]
    (first,) = gateway.register(consignments)
    assert gateway.find_registrations(consignments) == {"a": first}
    assert gateway.find_registrations([consignment("a", replace(HOME, street="Elders"))]) == {}, (
        "it went to another address"
    )


def test_labels_of_just_now_are_found_in_one_call(gateway, monkeypatch):
    wanted = [consignment("a"), consignment("b"), consignment("c", PLACES["BE"])]
    first, _second, _third = gateway.register(wanted)
    asked = [consignment("a"), consignment("b", replace(HOME, street="Elders")), consignment("d")]
    calls: list[str] = []
    monkeypatch.setattr(call_limits, "acquire", lambda _account, kind: calls.append(kind))
    assert gateway.find_recent(asked) == {"a": first}
    assert calls == ["GET /shipments"]


def test_an_answer_lost_after_the_label_was_asked_for_loses_no_barcode(gateway, sandbox: MyParcelSandbox):
    consignments = [consignment("a")]
    sandbox.set_switches(fault="lost_answer", fault_path="GET /shipment_labels", fault_count=2)
    with pytest.raises(ApiUnavailable):
        gateway.register(consignments)
    found = gateway.find_registrations(consignments)
    assert isinstance(found["a"], Registration)
    assert len(sandbox.shipments) == 1


def test_a_server_that_falls_over_is_not_asked_again_at_once(gateway, sandbox: MyParcelSandbox):
    """The first call may still be on its way, and a second one would make the labels twice."""
    sandbox.set_switches(fault="500", fault_path="POST /shipments", fault_count=1)
    with pytest.raises(ApiUnavailable) as failure:
        gateway.register([consignment(str(n)) for n in range(8)])
    assert failure.value.sent
    assert made(sandbox) == []


def test_labels_that_were_made_are_not_forgotten_when_the_rest_fails(gateway, monkeypatch):
    """A call that certainly had no effect must not make a draft of what an earlier call made."""
    create = gateway.client.create

    def refuse_all_then_lose_the_line(bodies):
        if len(bodies) == 4:
            raise ApiRejected("no", status=422, body={"errors": [{"code": "1", "human": ["No."]}]})
        if bodies[0]["reference_identifier"] == "2":
            raise ApiUnavailable("no connection", sent=False)
        return create(bodies)

    monkeypatch.setattr(gateway.client, "create", refuse_all_then_lose_the_line)
    results = gateway.register([consignment(str(n)) for n in range(4)])
    assert [result.reference for result in results] == ["0", "1"]


def test_a_dead_line_or_a_busy_myparcel_is_for_later(gateway, sandbox: MyParcelSandbox):
    for fault in ("drop", "429", "html"):
        sandbox.set_switches(fault=fault)
        with pytest.raises(ApiUnavailable):
            gateway.register([consignment("a")])
    sandbox.set_switches(fault="")
    assert made(sandbox) == []


@pytest.mark.parametrize("errors", [None, [], {}, "no", 7, ["no"], {"3501": "no"}, [{"fields": 7, "human": {"a": 1}}]])
def test_a_refusal_of_any_shape_has_a_sentence(errors):
    error = ApiRejected("no", status=422, body={"errors": errors})
    assert all(str(field_error.message) for field_error in field_errors(error))


@pytest.mark.parametrize(
    "data", [None, [], "no", {"payment_instructions": []}, {"payment_instructions": {"price": "7"}}]
)
def test_a_bill_of_any_shape_asks_to_pay_first(data):
    assert "0,00" in str(payment_message({"data": data}))


@pytest.mark.parametrize("answer", [[], {"data": []}, {"data": {"pdfs": []}}, {"data": {"pdf": "no"}}])
def test_a_link_of_any_shape_is_no_link(gateway, monkeypatch, answer):
    monkeypatch.setattr(gateway.client, "_call", lambda *_args, **_options: answer)
    with pytest.raises(ApiInvalidResponse):
        gateway.client.prepare(["1"], "format=A4")


def test_a_wrong_key_is_said(sandbox: MyParcelSandbox):
    gateway = MyParcelGateway(ApiClient(sandbox.api, agent="Tests/1.0"), "a wrong key")
    with pytest.raises(ApiUnauthorized):
        gateway.register([consignment("a")])


def test_an_account_that_must_pay_first_reads_how_much_and_leaves_no_clutter(gateway, sandbox: MyParcelSandbox):
    sandbox.set_switches(payment_required=True)
    (result,) = gateway.register([consignment("a")])
    with override("nl"):
        assert "€ 8,95" in str(result.reason)
    assert made(sandbox) == []


@pytest.mark.parametrize("shape", ["results", "search_results"])
def test_both_shapes_of_a_list_are_read(gateway, sandbox: MyParcelSandbox, shape):
    sandbox.set_switches(list_shape=shape)
    (result,) = gateway.register([consignment("a")])
    assert result.barcode.startswith("3SSAND")


def test_our_own_limit_stops_before_theirs():
    for _call in range(27):
        call_limits.acquire("account", "POST /webhook_subscriptions")
    with pytest.raises(ApiUnavailable, match="our own limit"):
        call_limits.acquire("account", "POST /webhook_subscriptions")
    call_limits.acquire("account", "DELETE /webhook_subscriptions/ids")


def refusal(errors) -> ApiRejected:
    return ApiRejected("Shipment validation error (request_id: 1)", status=422, body={"errors": errors})


@pytest.mark.parametrize(
    ("errors", "position", "sentence"),
    [
        (
            [
                {
                    "code": 0,
                    "fields": ["data.shipments[0].recipient.street"],
                    "human": ["data.shipments[0].recipient.street Must be at most 40 characters long"],
                }
            ],
            0,
            "Straat: maximaal 40 tekens. Maak het korter.",
        ),
        (
            [{"3705": {"fields": ["data.shipments[1].options.return"], "human": ["… not supported"]}}],
            1,
            "Direct retour als niemand thuis is: deze optie kan niet bij dit pakket. Zet die uit.",
        ),
        (
            {"3702": {"fields": ["data.shipments[2].customs_declaration.items[0].classification"]}},
            2,
            "Douanegegevens: de douanegegevens zijn niet compleet. Vul ze aan in het concept.",
        ),
        ([{"code": 3716, "message": "more than 100 PostNL shipments per day"}], None, "je MyParcel-account heeft"),
        (
            [{"9999": {"fields": ["data.shipments[0].carrier"], "human": ["data.shipments[0].carrier is on strike"]}}],
            0,
            "Vervoerder: MyParcel weigert dit: “is on strike”",
        ),
        ([], None, "MyParcel weigert dit: “Shipment validation error”"),
    ],
)
def test_each_shape_of_a_refusal_names_the_field_and_what_to_do(errors, position, sentence):
    field_error = field_errors(refusal(errors))[0]
    assert field_error.position == position
    with override("nl"):
        assert str(field_error.message).startswith(sentence)
    with override("en"):
        assert str(field_error.message)


def test_a_parcel_at_home_gives_no_contact_data_away_and_one_abroad_does():
    reachable = replace(HOME, email="h@x.example", phone="0612345678")
    home = shipment_body(consignment("a", reachable))["recipient"]
    assert (home["street"], home["number"]) == ("Lindelaan", "12")
    assert not {"email", "phone"} & set(home)
    far = shipment_body(consignment("a", replace(PLACES["DE"], email="h@x.example")))["recipient"]
    assert (far["street"], far["email"]) == ("Am Sandtorkai 50", "h@x.example")
    assert far["street_additional_info"] == "Hinterhaus"
    assert shipment_body(consignment("a", PLACES["US"]))["recipient"]["state"] == "OR"
    assert shipment_body(consignment("a", PLACES["BE"]))["recipient"]["box_number"] == "3"


@pytest.mark.parametrize("carrier", ["dpd", "upsstandard", "upsexpresssaver", "trunkrs"])
def test_at_home_a_carrier_that_cannot_do_without_contact_data_gets_it(gateway, sandbox: MyParcelSandbox, carrier):
    reachable = replace(HOME, email="h@x.example", phone="0612345678")
    delivery = "express" if carrier == "upsexpresssaver" else "standard"
    choice = ParcelChoice(carrier=carrier, delivery_type=delivery, insurance=10_000 if "ups" in carrier else 0)
    one = replace(consignment("a", reachable), choice=choice)
    sandbox.set_switches(contract_carriers="DPD;UPS_STANDARD;UPS_EXPRESS_SAVER;TRUNKRS")
    body = shipment_body(one)
    assert (body["recipient"]["email"], body["recipient"]["phone"]) == ("h@x.example", "+31612345678")
    assert len(gateway.client.create([body])) == 1


def test_a_long_street_goes_on_in_the_second_line_by_whole_words():
    long = replace(PLACES["DE"], street="Bürgermeister-Schmidt-Straße am Alten Hafen", number="114", extra="")
    place = shipment_body(consignment("a", long))["recipient"]
    assert (place["street"], place["street_additional_info"]) == (
        "Bürgermeister-Schmidt-Straße am Alten",
        "Hafen 114",
    )


def test_customs_weigh_by_line_and_value_by_piece():
    form = shipment_body(consignment("a", PLACES["US"], DECLARED))["customs_declaration"]
    assert form["weight"] == 600
    assert (form["items"][0]["weight"], form["items"][0]["item_value"]["amount"]) == (600, 1495)
    assert form["items"][0]["amount"] == 2


def test_customs_reads_the_senders_numbers_where_there_are_any(gateway, sandbox: MyParcelSandbox):
    without_numbers = consignment("a", PLACES["US"], DECLARED)
    assert not {"eori_number", "vat_number"} & set(shipment_body(without_numbers)["customs_declaration"])
    known = replace(without_numbers, sender=replace(without_numbers.sender, eori="NL123456789", vat="NL123456789B01"))
    (result,) = gateway.register([known])
    assert isinstance(result, Registration)
    (sent,) = sandbox.shipments
    form = sent["customs_declaration"]
    assert (form["eori_number"], form["vat_number"]) == ("NL123456789", "NL123456789B01")


def test_a_letterbox_parcel_sends_no_option_that_does_not_exist():
    options = shipment_body(replace(consignment("a"), choice=ParcelChoice(package_type="mailbox")))["options"]
    assert options == {"package_type": 2, "label_description": "text"}


def test_a_journey_is_read_with_its_own_clock_and_its_end():
    track = TrackReply.model_validate(
        {
            "shipment_id": 1,
            "code": "I01",
            "description": "Zending bezorgd",
            "time": "2026-09-08 13:22:47",
            "status": {"current": 7, "main": "delivered", "final": True},
            "history": [{"code": "B01", "status": 3, "time": "2026-09-07 17:41:09"}, {"code": "??", "time": "soon"}],
        }
    )
    tracking = build_tracking(ShipmentReply(id=1, status=7), track)
    assert [(scan.status, scan.code, scan.at.isoformat()) for scan in tracking.scans] == [
        ("handed_over", "B01", "2026-09-07T17:41:09+02:00"),
        ("delivered", "I01", "2026-09-08T13:22:47+02:00"),
    ]
    assert tracking.is_final


@responses.activate
def test_every_call_carries_the_key_alone_and_says_who_we_are():
    response = {"data": {"ids": [{"id": 5}]}}
    responses.post("https://api.myparcel.example/shipments", json=response)
    api = ApiClient("https://api.myparcel.example", agent=user_agent())
    gateway = MyParcelGateway(api, "my-key")
    assert gateway.client.create([{"reference_identifier": "a"}]) == [5]
    sent = responses.calls[0].request
    assert sent.headers["Authorization"] == "basic bXkta2V5"
    assert sent.headers["Content-Type"] == "application/vnd.shipment+json;charset=utf-8;version=1.1"
    assert sent.headers["User-Agent"].startswith(f"MyParcel-Backoffice/{version()} Django/")
    assert json.loads(sent.body) == {"data": {"shipments": [{"reference_identifier": "a"}]}}


@responses.activate
def test_a_file_behind_an_address_on_another_host_is_not_fetched():
    link = {"data": {"pdfs": {"url": "https://elsewhere.example/pdfs/1"}}}
    responses.get("https://api.myparcel.example/shipment_labels/1", json=link)
    gateway = MyParcelGateway(ApiClient("https://api.myparcel.example", agent="T/1.0"), "k")
    with pytest.raises(Exception, match="another host"):
        gateway.client.prepare(["1"], "format=A6")


@pytest.mark.parametrize(
    ("carrier", "given", "expected"),
    [
        ("postnl", "https://atelier.myparcel.me/1", "https://atelier.myparcel.me/1"),
        ("postnl", None, "https://jouw.postnl.nl/track-and-trace/3SMYPA1-NL-3524KB"),
        ("somebody_new", None, "https://myparcel.me/track-trace/3SMYPA1/3524KB/NL"),
    ],
)
def test_the_link_is_myparcels_or_the_carriers_or_the_general_page(carrier, given, expected):
    reply = ShipmentReply(id=1, barcode="3SMYPA1", link_consumer_portal=given)
    assert build_registration("r", carrier, HOME, reply).tracking_url == expected


BODIES_FOLDER = Path(__file__).parent / "myparcel"


@pytest.mark.parametrize("path", sorted(BODIES_FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_bodies_in_the_shape_of_the_reference_are_read(path):
    body = json.loads(path.read_text())
    for row in body["data"].get("shipments") or body["data"]["search_results"]["shipments"]:
        assert ShipmentReply.model_validate(row).id

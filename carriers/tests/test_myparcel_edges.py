"""What MyParcel answers at the edge of a type's range costs itself, never the shipments beside it."""

import json
from datetime import UTC, datetime

import pytest

from carriers.gateways.myparcel.client import _ids, _rows, _shipments
from carriers.gateways.myparcel.mapping import build_registration, build_tracking
from carriers.gateways.myparcel.payloads import ShipmentReply, TrackReply
from carriers.gateways.myparcel.provider import MyParcelProvider, encode_key
from carriers.parcels import Address
from carriers.tracking_status import TrackingStatus
from lib.http import ApiInvalidResponse
from lib.moments import MAX_MOMENT, MIN_MOMENT

HERE = Address(country="NL", postal_code="3524 KB")
HOME = {"id": 7, "status": 3, "barcode": "3SABC", "reference_identifier": "r"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": {"amount": 2**40, "currency": "EUR"}},
        {"price": {"amount": True, "currency": "EUR"}},
        {"price": {"amount": -5, "currency": "EUR"}},
        {"price": "gratis"},
        {"link_consumer_portal": ["https://x.example"]},
        {"link_consumer_portal": "https://x.example/\0"},
        {"link_consumer_portal": "https://[x"},
        {"delayed": "soms"},
        {"sender": "us"},
    ],
)
def test_what_a_label_does_not_need_never_costs_it(wrong):
    registration = build_registration("r", "postnl", HERE, ShipmentReply.model_validate(HOME | wrong))
    assert registration is not None
    assert (registration.barcode, registration.price_cents) == ("3SABC", None)
    assert "\0" not in registration.tracking_url


@pytest.mark.parametrize("barcode", ["3S\0ABC", "\ud800", "x" * 41, 12, ["3SABC"], {}])
def test_what_is_no_barcode_is_one_that_was_not_given_yet(barcode):
    reply = ShipmentReply.model_validate(HOME | {"barcode": barcode})
    assert build_registration("r", "postnl", HERE, reply) is None


@pytest.mark.parametrize(
    "doubt",
    [
        {"id": None},
        {"id": 2**63},
        {"id": True},
        {"reference_identifier": ["r"]},
        {"recipient": "Utrecht"},
        {"recipient": {"city": 1.5}},
        {"status": "geregistreerd"},
        {"status": True},
        {"secondary_shipments": "two"},
    ],
)
def test_a_doubt_about_which_shipment_it_is_never_makes_a_second_label(doubt):
    """A search that leaves it out would say that there is none; a question by id leaves it for the next time."""
    answer = {"data": {"shipments": [HOME, HOME | {"id": 8} | doubt]}}
    with pytest.raises(ApiInvalidResponse):
        _shipments(answer)
    assert [reply.id for reply in _shipments(answer, skip=True)] == [7]


def test_an_answer_in_which_nothing_can_be_read_says_nothing():
    with pytest.raises(ApiInvalidResponse):
        _rows({"data": {"tracktraces": [{}, None]}}, "tracktraces", TrackReply, skip=True)


@pytest.mark.parametrize("ids", [[{"id": True}], [{"id": 2**63}], [{"id": -1}], [{"id": "7"}], [7], [None], {}])
def test_ids_that_are_none_are_not_taken_for_shipments(ids):
    with pytest.raises(ApiInvalidResponse):
        _ids({"data": {"ids": ids}}, 1)


MOMENTS = [
    "0001-01-01 00:00:00",
    "9999-12-31 23:59:59",
    "1999-01-01 00:00:00",
    "2026-11-27",
    "",
    None,
    7,
    {},
    "2026-13-01 00:00:00",
]


def test_a_history_with_anything_in_it_keeps_the_scans_that_can_be_read():
    good = {"status": 3, "code": "A", "time": "2026-11-27 09:00:00", "description": "Bij ons"}
    odd = [good | {"time": moment} for moment in MOMENTS]
    odd += [good | {"status": status} for status in (2**40, -1, True, "3", [], None)]
    odd += [None, "scan", 7, []]
    odd += [good | {"code": "X\0" * 50, "time": "2026-11-27 10:00:00", "description": "a\0b\ud800" * 200}]
    track = TrackReply.model_validate({"shipment_id": 7, "history": [good, *odd], "status": {"current": 2**40}})
    tracking = build_tracking(ShipmentReply.model_validate(HOME), track)
    assert tracking.status is TrackingStatus.HANDED_OVER
    assert [scan.at.astimezone(UTC) for scan in tracking.scans] == [
        datetime(2026, 11, 27, 8, tzinfo=UTC),
        datetime(2026, 11, 27, 9, tzinfo=UTC),
    ]
    for scan in tracking.scans:
        assert MIN_MOMENT <= scan.at < MAX_MOMENT
        assert len(scan.code) <= 20
        assert len(scan.description) <= 200
        (scan.code + scan.description).encode()
        assert "\0" not in scan.code + scan.description


@pytest.mark.parametrize(
    ("hooks", "named"),
    [
        ('[{"shipment_id": 7}, {"shipment_id": ' + "9" * 5000 + "}]", ["7"]),
        ('[{"shipment_id": 7}, ' + "[" * 3000 + "]" * 3000 + "]", ["7"]),
        ('[{"shipment_id": 7}, {"shipment_id": true}, {"shipment_id": "7\\u0000"}, null, 7]', ["7"]),
        ('[{"shipment_id": -1}, {"shipment_id": 18446744073709551616}, {"shipment_id": 1e3}]', []),
        ('"hooks"', []),
        ("null", []),
    ],
)
def test_a_message_with_anything_in_it_names_the_shipments_that_can_be(hooks, named):
    headers = {"X-MyParcel-Authorization": encode_key("key")}
    body = f'{{"data": {{"hooks": {hooks}}}}}'.encode()
    assert MyParcelProvider("https://api.example").parse_webhook(headers, body, "key") == named


def test_a_message_that_is_no_json_names_nobody():
    headers = {"X-MyParcel-Authorization": encode_key("key")}
    for body in (b"", b"\xff\xfe", b"[" * 9000, json.dumps("x").encode(), b"[]"):
        assert MyParcelProvider("https://api.example").parse_webhook(headers, body, "key") == []

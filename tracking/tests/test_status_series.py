"""Series of MyParcel's codes: every code has a meaning, a final scan counts, and nothing leaves a final state."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from carriers.gateways.base import Tracking
from carriers.gateways.myparcel.mapping import build_tracking
from carriers.gateways.myparcel.payloads import ShipmentReply, TrackReply
from jobs import runner
from shipments.models import FurtherParcel, Shipment
from shipments.presentation import timeline
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox
from tracking import poll

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data" / "statuses.tsv"
ROWS = [line.split("\t") for line in DATA.read_text().splitlines() if line and not line.startswith(("#", "sequence"))]
CASES = {row[0]: ([int(code) for code in row[0].split(",")], *row[1:]) for row in ROWS}
# Played through the sandbox too, by questions and by messages.
PLAYED = ("3,5,36", "3,37", "3,4,34", "3,5,8,37,36", "3,55,7", "2,98", "2,3,7,5")
COUNTER = count(1)


def labeled(shop: Shop) -> Shipment:
    number = str(next(COUNTER))
    return make_shipment(
        shop, status="registered", barcode=f"3SSERIES{number}", gateway="myparcel", external_id=number,
        next_poll_at=timezone.now(), registered_at=timezone.now(),
    )  # fmt: skip


def answer(codes: list[int]) -> Tracking:
    """What MyParcel answers after these statuses: the newest apart from the history, and no flag that it is final."""
    start = timezone.now().replace(microsecond=0) - timedelta(hours=len(codes))
    times = [timezone.localtime(start + timedelta(minutes=place)) for place in range(len(codes))]
    steps = [
        {"code": f"C{place}", "status": code, "time": f"{at:%Y-%m-%d %H:%M:%S}"}
        for place, (code, at) in enumerate(zip(codes, times, strict=True))
    ]
    track = {"shipment_id": 1, **steps[-1], "status": {"current": codes[-1]}, "history": steps[:-1]}
    return build_tracking(ShipmentReply(id=1, status=codes[-1]), TrackReply.model_validate(track))


def record(shipment: Shipment, codes: list[int]) -> None:
    """One question. A parcel nobody asks about any more stays as it is."""
    row = Shipment.objects.get(pk=shipment.pk)
    if row.next_poll_at is None:
        return
    known = set(row.events.filter(kind="carrier").values_list("code", "at"))
    poll.record_tracking(row, answer(codes), known)


@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "between two questions"])
def test_every_series_of_codes_has_its_state(shop: Shop, at_once):
    found = {}
    for codes, state, asks in CASES.values():
        shipment = labeled(shop)
        for length in [len(codes)] if at_once else range(1, len(codes) + 1):
            record(shipment, codes[:length])
        shipment.refresh_from_db()
        is_asked = asks if asks == "*" else "yes" if shipment.next_poll_at else "no"
        if (shipment.status, is_asked) != (state, asks):
            found[str(codes)] = (shipment.status, is_asked)
    assert found == {}


def test_asking_again_changes_nothing(shop: Shop):
    shipment = labeled(shop)
    track = answer([3, 8, 5])
    for _time in range(2):
        poll.record_tracking(Shipment.objects.get(pk=shipment.pk), track, known_events(shipment))
    shipment.refresh_from_db()
    assert (shipment.status, shipment.events.count()) == ("at_pickup_point", 3)
    first = shipment.status_at
    poll.record_tracking(shipment, track, known_events(shipment))
    shipment.refresh_from_db()
    assert shipment.status_at == first


def known_events(shipment: Shipment) -> set[tuple[str, datetime]]:
    return set(shipment.events.filter(kind="carrier").values_list("code", "at"))


@pytest.mark.parametrize(("code", "state"), [(7, "delivered"), (10, "returned")])
def test_an_end_that_was_kept_and_passed_over_is_taken_at_the_next_question(shop: Shop, code, state):
    """As after an older version, which kept the scan and looked at the newest code alone."""
    shipment = labeled(shop)
    track = answer([3, code, 5])
    Shipment.objects.filter(pk=shipment.pk).update(status="out_for_delivery")
    shipment.refresh_from_db()
    poll.record_tracking(shipment, track, {(scan.code, scan.at) for scan in track.scans})
    shipment.refresh_from_db()
    ended = next(scan.at for scan in track.scans if scan.code == "C1")
    assert (shipment.status, shipment.status_at, shipment.next_poll_at) == (state, ended, None)


def test_a_scan_told_late_is_kept_and_moves_nothing_back(shop: Shop):
    shipment = labeled(shop)
    late = answer([3, 4, 5])
    early = Tracking(late.external_id, late.status, False, False, (late.scans[0], late.scans[2]), 5)
    for track in (early, late):
        shipment.refresh_from_db()
        poll.record_tracking(shipment, track, known_events(shipment))
        moved_at = Shipment.objects.get(pk=shipment.pk).status_at
    assert (shipment.status, moved_at, shipment.events.count()) == ("out_for_delivery", late.scans[2].at, 3)


def test_scans_of_the_hour_that_exists_twice_are_kept_once(shop: Shop):
    shipment = labeled(shop)
    steps = [("C1", 3, "02:45:00"), ("C2", 5, "02:15:00")]
    rows = [{"code": code, "status": status, "time": f"2026-10-25 {time}"} for code, status, time in steps]
    body = {"shipment_id": 1, **rows[1], "status": {"current": 5}, "history": rows[:1]}
    track = build_tracking(ShipmentReply(id=1, status=5), TrackReply.model_validate(body))
    for _time in range(2):
        shipment.refresh_from_db()
        poll.record_tracking(shipment, track, known_events(shipment))
    newest_first = [(event.code, event.at.astimezone(UTC).hour) for event in shipment.events.all()]
    assert newest_first == [("C2", 1), ("C1", 0)]
    shipment.refresh_from_db()
    assert shipment.status == "out_for_delivery"


def test_a_code_nobody_knows_is_said_in_the_carriers_words_or_in_ours(shop: Shop):
    shipment = labeled(shop)
    track = answer([3, 55])
    poll.record_tracking(shipment, track, set())
    shipment.refresh_from_db()
    assert (shipment.tracking_status, shipment.carrier_status_code) == ("unknown", 55)
    (day,) = timeline.carrier_days(list(shipment.events.all()))
    assert day.events[0].message == "De vervoerder meldde iets dat hier niet bekend is."


def test_the_page_of_a_parcel_with_an_unknown_code_says_so_until_it_is_known(shop: Shop, owner, client_for):
    shipment, said = labeled(shop), "MyParcel meldt status 55"
    poll.record_tracking(shipment, answer([3, 55]), set())
    page = client_for(owner).get(f"/zendingen/{shipment.public_id}/").content.decode()
    assert said in page
    assert "Onderweg" in page
    buyer = Client().get(f"/volg/{shipment.public_id}/").content.decode()
    assert "Je pakket is onderweg." in buyer
    assert "De vervoerder meldde iets dat hier niet bekend is." in buyer
    shipment.refresh_from_db()
    poll.record_tracking(shipment, answer([3, 55, 5]), known_events(shipment))
    assert said not in client_for(owner).get(f"/zendingen/{shipment.public_id}/").content.decode()


def test_a_further_parcel_that_ended_without_delivery_names_the_gateway(shop: Shop):
    parcel = FurtherParcel(shipment=labeled(shop), tracking_status="label_canceled")
    assert parcel.status_message == "Label geannuleerd bij MyParcel"


@pytest.fixture
def send(shop: Shop, owner, sandbox: MyParcelSandbox, settings) -> Callable[[int], list[Shipment]]:
    """Makes so many shipments with a label from MyParcel, oldest first."""
    settings.MYPARCEL_API_URL = sandbox.api
    fill_sender(shop)
    gateway_accounts.save_api_key(shop, sandbox.key)

    def make(number: int) -> list[Shipment]:
        for _time in range(number):
            make_shipment(shop)
        register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="k")
        runner.run_due()
        return list(shop.shipments.order_by("pk"))

    return make


@pytest.fixture
def sent(send: Callable[[int], list[Shipment]]) -> Shipment:
    return send(1)[0]


def ask_now(shipment: Shipment) -> None:
    Shipment.objects.filter(pk=shipment.pk).exclude(next_poll_at=None).update(next_poll_at=timezone.now())
    poll.poll_due()


def tell(shop: Shop, shipment: Shipment, sandbox: MyParcelSandbox) -> None:
    """MyParcel's message of a new status."""
    body = b'{"data": {"hooks": [{"shipment_id": %s}]}}' % shipment.external_id.encode()
    headers = {"X-MyParcel-Authorization": base64.b64encode(sandbox.key.encode()).decode()}
    assert poll.accept_webhook("myparcel", shop.gateway_account.webhook_token, headers, body)
    poll.poll_due()


@pytest.mark.parametrize("way", ["questions", "messages", "one question"])
def test_the_sandbox_plays_them_and_each_way_leads_to_the_same(shop, send, sandbox, way):
    found = {}
    for shipment, played in zip(send(len(PLAYED)), PLAYED, strict=True):
        codes, state, asks = CASES[played]
        for place, code in enumerate(codes, 1):
            sandbox.move(shipment.barcode, code)
            if way == "messages":
                tell(shop, shipment, sandbox)
            elif way == "questions" or place == len(codes):
                ask_now(shipment)
        shipment.refresh_from_db()
        is_asked = asks if asks == "*" else "yes" if shipment.next_poll_at else "no"
        if (shipment.status, is_asked) != (state, asks):
            found[played] = (shipment.status, is_asked)
    assert found == {}


def test_a_message_about_a_parcel_nobody_asks_about_any_more_is_followed(shop, sent, sandbox):
    """MyParcel called it inactive, or it lay too long; now there is news."""
    sandbox.move(sent.barcode, 3)
    ask_now(sent)
    sandbox.move(sent.barcode, 98)
    ask_now(sent)
    assert Shipment.objects.get().next_poll_at is None
    sandbox.move(sent.barcode, 36)
    tell(shop, sent, sandbox)
    assert Shipment.objects.get().status == "delivered"


def test_the_sandbox_answers_with_the_local_time_of_the_scan(sent, sandbox):
    for code, at in ((3, "2026-10-25T02:45:00+02:00"), (5, "2026-10-25T02:15:00+01:00")):
        sandbox.move(sent.barcode, code, at=at)
    ask_now(sent)
    assert list(sent.events.filter(kind="carrier").values_list("code", flat=True)) == ["J05", "B01"], "newest first"

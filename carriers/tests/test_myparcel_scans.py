"""Statuses and histories of MyParcel: what each code means, and in which order events happened."""

from datetime import UTC

import pytest

from carriers.gateways.base import Tracking
from carriers.gateways.myparcel.mapping import build_tracking
from carriers.gateways.myparcel.payloads import ShipmentReply, TrackReply
from carriers.gateways.myparcel.statuses import tracking_status
from carriers.tracking_status import TrackingStatus


def test_which_statuses_end_a_journey():
    """Inactive ones (30 to 40) end it when their active ones do; a code of the future never does."""
    ends = {7, 9, *range(12, 20), 36, 38, 41, 42, 98, 99}
    assert {code for code in range(1, 102) if tracking_status(code).is_final} == ends
    assert [tracking_status(code + 29) for code in range(1, 12)] == [tracking_status(code) for code in range(1, 12)]


def test_a_code_nobody_knows_is_unknown():
    for code in (None, -1, 0, 20, 29, 43, 97, 102, 36_000, 10**30):
        assert tracking_status(code) == TrackingStatus.UNKNOWN
    assert build_tracking(ShipmentReply(id=1, status=55), None).code == 55
    assert build_tracking(ShipmentReply(id=1, status=10**30), None).code is None


def told(current: int, *history: tuple[int, str], final: bool = False) -> Tracking:
    """What is read from a history of (status, time); the newest event is told apart."""
    steps = [{"code": f"C{status}", "status": status, "time": time} for status, time in history]
    body = {"shipment_id": 1, **steps[-1], "status": {"current": current, "final": final}, "history": steps[:-1]}
    return build_tracking(ShipmentReply(id=1, status=current), TrackReply.model_validate(body))


def test_in_the_hour_that_exists_twice_the_order_of_the_list_decides():
    tracking = told(5, (3, "2026-10-25 02:45:00"), (4, "2026-10-25 02:15:00"), (5, "2026-10-25 02:50:00"))
    assert [(scan.code, scan.at.isoformat()) for scan in tracking.scans] == [
        ("C3", "2026-10-25T02:45:00+02:00"),
        ("C4", "2026-10-25T02:15:00+01:00"),
        ("C5", "2026-10-25T02:50:00+01:00"),
    ]
    assert [scan.at.astimezone(UTC) == scan.at for scan in tracking.scans] == [True] * 3, "known when it is read again"


@pytest.mark.parametrize(
    ("history", "order"),
    [
        ([(3, "2026-10-25 02:15:00"), (4, "2026-10-25 02:45:00")], "C3 C4"),
        ([(3, "2026-10-25 01:59:59"), (4, "2026-10-25 02:00:00"), (5, "2026-10-25 03:00:00")], "C3 C4 C5"),
        # The same second: the list decides, not the number of the status.
        ([(5, "2026-11-02 09:00:00"), (3, "2026-11-02 09:00:00")], "C5 C3"),
        # A scan that came late stands at its time.
        ([(3, "2026-11-02 09:00:00"), (5, "2026-11-03 09:00:00"), (4, "2026-11-02 21:00:00")], "C3 C4 C5"),
        # The clock goes forward: an hour that does not exist.
        ([(3, "2026-03-29 02:30:00"), (4, "2026-03-29 03:10:00")], "C4 C3"),
        # No time, or none that can be: no event.
        ([(3, "0001-01-01 00:00:00"), (4, "9999-12-31 23:59:59"), (5, "soon"), (6, "2026-11-02 09:00:00")], "C6"),
    ],
)
def test_the_events_of_a_history_are_in_order(history, order):
    tracking = told(history[-1][0], *history)
    assert " ".join(scan.code for scan in tracking.scans) == order


def test_a_history_that_begins_with_the_newest_is_read_backwards():
    track = {
        "shipment_id": 1,
        "code": "C5",
        "time": "2026-10-26 09:00:00",
        "status": {"current": 5},
        "history": [
            {"code": "C4", "status": 4, "time": "2026-10-25 02:15:00"},
            {"code": "C2", "status": 2, "time": "2026-10-24 09:00:00"},
        ],
    }
    tracking = build_tracking(ShipmentReply(id=1, status=5), TrackReply.model_validate(track))
    assert [scan.code for scan in tracking.scans] == ["C2", "C4", "C5"]


def test_a_final_scan_without_a_usable_time_counts():
    tracking = told(5, (3, "2026-11-02 09:00:00"), (7, ""), (5, "2026-11-03 09:00:00"))
    assert (tracking.status, tracking.is_final) == (TrackingStatus.DELIVERED, True)


@pytest.mark.parametrize(("code", "ends"), [(10, True), (5, True), (37, False), (33, False), (55, False)])
def test_the_word_that_nothing_more_follows_is_believed_of_active_codes_only(code, ends):
    assert told(code, (code, "2026-11-02 09:00:00"), final=True).is_final is ends

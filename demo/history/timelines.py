"""When a parcel was ordered, labeled and scanned: the days of a small shop and of its carriers. Pure functions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone

from carriers.tracking_status import TrackingStatus as T
from shipments.states import STATUS_OF_TRACKING, ShipmentStatus

# Parcels on a weekday compared with others, from Monday on: the orders of a weekend leave on Monday.
WEEKDAYS = (1.6, 1.0, 0.9, 1.0, 1.1, 0.35, 0.0)
# Working days from the label to the door, by country, at least and at most.
WORKING_DAYS = {
    "NL": (1, 1), "BE": (1, 2), "DE": (2, 3), "FR": (2, 4), "ES": (3, 5), "CH": (4, 6), "GB": (4, 7), "US": (5, 9),
}  # fmt: skip
BEYOND_CUSTOMS = frozenset({"CH", "GB", "US"})
LATE_DAYS = 3
DAYS_UNTIL_RETURNED = 6


class Fate(StrEnum):
    """What becomes of a parcel."""

    DELIVERED = "delivered"
    # The same, of one that goes through customs.
    FAR = "far"
    # Nobody was home: it waits at a pick-up point and is collected, or not yet.
    COLLECTED = "collected"
    WAITING = "waiting"
    DELAYED = "delayed"
    RETURNED = "returned"
    CANCELED = "canceled"
    NEVER_SCANNED = "never_scanned"


# How many there are of each fate at the least, with the days ago on which the label was made, so that whoever looks
# finds some that are not over: newest first.
RECENT_FATES = (
    (Fate.NEVER_SCANNED, 4, 9, 3),
    (Fate.DELAYED, 2, 4, 4),
    (Fate.WAITING, 2, 5, 3),
    (Fate.WAITING, 7, 9, 2),
    (Fate.RETURNED, 9, 13, 3),
    (Fate.CANCELED, 3, 12, 2),
    (Fate.FAR, 3, 5, 4),
)
# Of a thousand other parcels.
SHARES = ((Fate.DELAYED, 45), (Fate.COLLECTED, 60), (Fate.RETURNED, 6), (Fate.CANCELED, 9))


@dataclass(frozen=True, slots=True)
class Scan:
    at: datetime
    status: T
    code: str
    number: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """``scans`` are those that were made by now, oldest first."""

    placed_at: datetime
    imported_at: datetime
    labeled_at: datetime
    fate: Fate
    is_late: bool = False
    scans: tuple[Scan, ...] = ()

    @property
    def printed_at(self) -> datetime:
        return self.labeled_at + timedelta(minutes=4)

    @property
    def canceled_at(self) -> datetime:
        return self.labeled_at + timedelta(hours=2)

    @property
    def status(self) -> ShipmentStatus:
        if self.fate is Fate.CANCELED:
            return ShipmentStatus.CANCELED
        return STATUS_OF_TRACKING[self.scans[-1].status] if self.scans else ShipmentStatus.PRINTED

    @property
    def status_at(self) -> datetime:
        """Since when it has its status, whatever was scanned in it."""
        if self.fate is Fate.CANCELED:
            return self.canceled_at
        same = [scan.at for scan in self.scans if STATUS_OF_TRACKING[scan.status] == self.status]
        return same[0] if same else self.printed_at

    @property
    def delivered_at(self) -> datetime | None:
        return self.status_at if self.status is ShipmentStatus.DELIVERED else None


CODES = {
    T.HANDED_OVER: ("B01", 3), T.SORTED: ("J01", 4), T.OUT_FOR_DELIVERY: ("J05", 5), T.AT_CUSTOMS: ("J06", 6),
    T.DELIVERED: ("I01", 7), T.READY_FOR_PICKUP: ("J40", 8), T.PICKED_UP: ("I08", 9), T.RETURNED: ("R01", 10),
}  # fmt: skip


def label_days(rng: random.Random, today: date, days: int, count: int) -> list[date]:
    """The day of each of ``count`` parcels in the ``days`` before today, oldest first; the shop grows a little."""
    span = [today - timedelta(days=back) for back in range(days, 0, -1)]
    weights = [
        WEEKDAYS[day.weekday()] * (0.8 + 0.4 * place / days) * rng.uniform(0.75, 1.25) for place, day in enumerate(span)
    ]
    return sorted(rng.choices(span, weights, k=count))


def choose_fates(rng: random.Random, days: list[date], today: date) -> list[Fate]:
    """One for each day of ``days``, which are in order."""
    shares = [share for _fate, share in SHARES]
    fates = rng.choices(
        [*(fate for fate, _share in SHARES), Fate.DELIVERED], [*shares, 1000 - sum(shares)], k=len(days)
    )
    taken: set[int] = set()
    for fate, youngest, oldest, wanted in RECENT_FATES:
        possible = [
            place
            for place, day in enumerate(days)
            if place not in taken and youngest <= (today - day).days <= oldest and day.weekday() < 5
        ]
        for place in rng.sample(possible, min(wanted, len(possible))):
            fates[place] = fate
            taken.add(place)
    return fates


def plan_timeline(rng: random.Random, day: date, country: str, fate: Fate, now: datetime) -> Timeline:
    """Labels are made in two sessions a day, mostly of orders that came since the last one."""
    session = rng.choice((time(9, 40), time(9, 40), time(14, 50)))
    labeled_at = _moment(day, session) + timedelta(seconds=rng.randint(0, 1500))
    waited = rng.choices((rng.uniform(1, 20), rng.uniform(20, 46), rng.uniform(46, 110)), (78, 17, 5))[0]
    placed_at = awake(labeled_at - timedelta(hours=waited))
    imported_at = max(placed_at, _moment(day, session) - timedelta(minutes=12))
    timeline = Timeline(placed_at, imported_at, labeled_at, fate)
    if fate in {Fate.CANCELED, Fate.NEVER_SCANNED}:
        return timeline
    scans = tuple(scan for scan in _scans(rng, timeline, country, now) if scan.at <= now)
    return replace(timeline, scans=scans, is_late=fate is Fate.DELAYED)


def awake(moment: datetime) -> datetime:
    """Hardly anybody orders at night: the evening before."""
    return moment - timedelta(hours=8) if timezone.localtime(moment).hour < 7 else moment


def _scans(rng: random.Random, timeline: Timeline, country: str, now: datetime) -> Iterator[Scan]:
    fate, day = timeline.fate, timezone.localdate(timeline.labeled_at)
    yield _scan(T.HANDED_OVER, day, time(17, 10), rng, 70)
    yield _scan(T.SORTED, day, time(20, 30), rng, 180)
    takes = rng.randint(*WORKING_DAYS[country])
    if fate is Fate.DELAYED:
        takes += LATE_DAYS + rng.randint(0, 1)
    if country in BEYOND_CUSTOMS:
        yield _scan(T.AT_CUSTOMS, working_day(day, 2), time(7, 30), rng, 240)
        yield _scan(T.SORTED, working_day(day, max(3, takes - 1)), time(9, 0), rng, 300)
    last = working_day(day, takes)
    yield _scan(T.OUT_FOR_DELIVERY, last, time(8, 40), rng, 60)
    if fate in {Fate.COLLECTED, Fate.WAITING, Fate.RETURNED}:
        yield _scan(T.READY_FOR_PICKUP, last, time(17, 30), rng, 60)
        if fate is Fate.COLLECTED:
            yield _scan(T.PICKED_UP, working_day(last, rng.randint(1, 4)), time(11, 0), rng, 400)
        elif fate is Fate.RETURNED:
            yield _scan(T.RETURNED, working_day(last, DAYS_UNTIL_RETURNED), time(10, 0), rng, 300)
    else:
        yield _scan(T.DELIVERED, last, time(10, 15), rng, 480)


def _scan(status: T, day: date, after: time, rng: random.Random, minutes: int) -> Scan:
    code, number = CODES[status]
    return Scan(_moment(day, after) + timedelta(seconds=rng.randint(0, minutes * 60)), status, code, number)


def working_day(day: date, later: int) -> date:
    """So many days later on which carriers deliver: not on Sundays."""
    while later:
        day += timedelta(days=1)
        later -= day.weekday() < 6
    return day


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, timezone.get_default_timezone())

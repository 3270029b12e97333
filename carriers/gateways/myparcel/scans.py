"""The tracking history of a shipment at MyParcel, as tracking events.

MyParcel lists the events oldest first and gives the newest one apart (GET /tracktraces). Their times are the local time
of the Netherlands without its offset.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from carriers.gateways.base import TrackingEvent
from carriers.gateways.myparcel.payloads import TrackReply
from carriers.gateways.myparcel.statuses import tracking_status
from lib.text import clean_text

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# An event outside these years has no time we can use; its status still counts.
FIRST_YEAR, LAST_YEAR = 2000, 2199
CLOCK_GOES_BACK = timedelta(hours=1)
CLEARLY_LATER = 2 * CLOCK_GOES_BACK
MAX_CODE_LENGTH, MAX_DESCRIPTION_LENGTH = 20, 200


@dataclass(frozen=True, slots=True)
class Step:
    """``at`` is the local time as it was given, None when it cannot be read."""

    status: int
    code: str
    at: datetime | None
    description: str


def ordered_steps(track: TrackReply) -> list[Step]:
    """The events whose status MyParcel knows, oldest first, each once."""
    history = [_step(step.status, step.code, step.time, step.description) for step in track.history]
    newest = _step(track.status.current, track.code, track.time, track.description)
    steps = [*(reversed(history) if _begins_with_newest(history, newest) else history), newest]
    return list(dict.fromkeys(step for step in steps if step is not None))


def _begins_with_newest(history: Sequence[Step | None], newest: Step | None) -> bool:
    """Not what MyParcel documents; only where the times leave no doubt."""
    times = [step.at for step in history if step is not None and step.at is not None]
    if not times or newest is None or newest.at is None:
        return False
    return newest.at >= times[0] > times[-1] + CLEARLY_LATER


def build_events(steps: list[Step]) -> tuple[TrackingEvent, ...]:
    """The events with a time, in the order of their times; those of one time in the order of the list."""
    events = [
        TrackingEvent(tracking_status(step.status), step.code, at, step.description) for step, at in _timed(steps)
    ]
    return tuple(sorted(events, key=lambda event: event.at))


def _step(status: int | None, code: str | None, time: str | None, description: str | None) -> Step | None:
    if not status:
        return None
    return Step(
        status,
        clean_text(code, MAX_CODE_LENGTH)[0],
        _parse_time(time),
        clean_text(description, MAX_DESCRIPTION_LENGTH)[0],
    )


def _timed(steps: list[Step]) -> Iterator[tuple[Step, datetime]]:
    """With offset. In the hour that exists twice, an event whose predecessor was later is in the second one."""
    latest: datetime | None = None
    for step in steps:
        if step.at is None:
            continue
        at, repeated = (_with_offset(step.at, fold) for fold in (0, 1))
        if latest is not None and at < latest < repeated + CLOCK_GOES_BACK:
            at = repeated
        latest = at
        yield step, at


def _with_offset(at: datetime, fold: int) -> datetime:
    """With a fixed offset: times of a zone are never equal to others of the hour that exists twice (PEP 495)."""
    offset = at.replace(tzinfo=AMSTERDAM, fold=fold).utcoffset() or timedelta()
    return at.replace(tzinfo=timezone(offset))


def _parse_time(text: str | None) -> datetime | None:
    try:
        at = datetime.strptime(text or "", "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the offset depends on the list
    except ValueError:
        return None
    return at if FIRST_YEAR <= at.year <= LAST_YEAR else None

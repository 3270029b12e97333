"""Counts API calls by installation and endpoint, in memory, since the start or the last reset."""

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

# The key of calls without a known token.
NO_TOKEN = ""
TOO_MANY = 429


@dataclass
class Tally:
    endpoints: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    minutes: Counter[int] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        return {
            "total": self.endpoints.total(),
            "refused": self.statuses[TOO_MANY],
            "busiestMinute": max(self.minutes.values(), default=0),
            "endpoints": dict(self.endpoints.most_common()),
            "statuses": {str(status): record_call for status, record_call in sorted(self.statuses.items())},
        }


_tallies: defaultdict[str, Tally] = defaultdict(Tally)
_lock = threading.Lock()


def record_call(instance_id: str, endpoint: str, status: int, minute: int) -> None:
    """``minute`` is the number of minutes since the epoch; it yields the busiest minute."""
    with _lock:
        tally = _tallies[instance_id]
        tally.endpoints[endpoint] += 1
        tally.statuses[status] += 1
        tally.minutes[minute] += 1


def tallies() -> dict[str, dict[str, Any]]:
    """Calls by instance id; NO_TOKEN holds those without a token."""
    with _lock:
        return {instance_id: tally.as_json() for instance_id, tally in _tallies.items()}


def reset() -> None:
    with _lock:
        _tallies.clear()

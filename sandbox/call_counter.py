"""How often the sandbox was called, by installation and endpoint, since the program started or was told to forget."""

import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

NO_TOKEN = ""
"""Calls that carried no token of ours."""
TOO_MANY = 429


@dataclass
class Tally:
    """The calls of one installation."""

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
    """Add a call; ``minute`` counts from 1970, so a benchmark sees the busiest one."""
    with _lock:
        tally = _tallies[instance_id]
        tally.endpoints[endpoint] += 1
        tally.statuses[status] += 1
        tally.minutes[minute] += 1


def tallies() -> dict[str, dict[str, Any]]:
    """The calls by instance id; ANYBODY for those without a token."""
    with _lock:
        return {instance_id: tally.as_json() for instance_id, tally in _tallies.items()}


def reset() -> None:
    """Start counting anew."""
    with _lock:
        _tallies.clear()

"""Health checks of the web process and of background work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.queues import FOLLOW, NOW, QUEUES, READ, TELL, TIDY
from myparcel_backoffice.celery import messages_waiting
from sweeps.due_rows import QueueState, read_states
from sweeps.marks import is_silent

# How long the oldest row of a queue may wait for a worker. Nobody waits for tidying.
LATE_AFTER_SECONDS = {NOW: 60.0, TELL: 120.0, READ: 300.0, FOLLOW: 3600.0, TIDY: float("inf")}


@login_not_required
@require_safe
def check_web(request: HttpRequest) -> HttpResponse:
    """503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def check_worker(request: HttpRequest) -> HttpResponse:
    """503 when a queue stands still or is late, or the broker is away. JSON for whoever accepts it, else text."""
    try:
        found = _background_work()
    except Error:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    status = 200 if found.is_well else 503
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(found.as_json(), status=status)
    return HttpResponse(found.as_text(), status=status, content_type="text/plain")


@dataclass(frozen=True, slots=True)
class Queue:
    """``messages`` are those that no worker took yet; None when there is no broker to ask, or no answer from it."""

    name: str
    state: QueueState
    messages: int | None

    @property
    def verdict(self) -> str:
        if is_silent(self.state.swept_at):
            return "silent"
        return "late" if (_seconds_since(self.state.oldest_due_at) or 0) > LATE_AFTER_SECONDS[self.name] else "ok"

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.verdict,
            "seconds_since_sweep": _seconds_since(self.state.swept_at),
            "seconds_oldest_row_waits": _seconds_since(self.state.oldest_due_at),
            "messages": self.messages,
        }

    def as_text(self) -> str:
        swept, waits = _seconds_since(self.state.swept_at), _seconds_since(self.state.oldest_due_at)
        words = ["never looked through" if swept is None else f"looked through {swept:.0f} s ago"]
        words.append("nothing waits" if waits is None else f"the oldest row waits {waits:.0f} s")
        words += [] if self.messages is None else [f"messages: {self.messages}"]
        return f"{self.name}: {self.verdict}; {'; '.join(words)}"


@dataclass(frozen=True, slots=True)
class BackgroundWork:
    """``has_broker`` is None where the worker is a part of the web process."""

    queues: tuple[Queue, ...]
    has_broker: bool | None

    @property
    def is_well(self) -> bool:
        return self.has_broker is not False and all(queue.verdict == "ok" for queue in self.queues)

    @property
    def reason(self) -> str:
        """What is most likely wrong, and where to look; "ok" when nothing is."""
        silent = [queue for queue in self.queues if queue.verdict == "silent"]
        if self.has_broker is False:
            work = "no worker sweeps without it either" if silent else "workers sweep for work until it does"
            return f"the broker does not answer; {work}"
        if any(queue.messages for queue in silent):
            return f"no worker takes the messages of: {_names(silent)}"
        if silent:
            return f"nobody looks for the work of: {_names(silent)}; the scheduler is gone, or scheduler and worker are"
        late = [queue for queue in self.queues if queue.verdict == "late"]
        return f"there is more work than the workers do, in: {_names(late)}" if late else "ok"

    def as_json(self) -> dict[str, Any]:
        queues = {queue.name: queue.as_json() for queue in self.queues}
        return {"ok": self.is_well, "reason": self.reason, "broker": self.has_broker, "queues": queues}

    def as_text(self) -> str:
        return "\n".join([self.reason, *(queue.as_text() for queue in self.queues), ""])


def _background_work() -> BackgroundWork:
    states = read_states()
    messages = None if settings.EMBEDDED else messages_waiting()
    queues = [Queue(name, states.get(name, QueueState()), messages[name] if messages else None) for name in QUEUES]
    return BackgroundWork(tuple(queues), None if settings.EMBEDDED else messages is not None)


def _seconds_since(moment: datetime | None) -> float | None:
    return None if moment is None else round((timezone.now() - moment).total_seconds(), 1)


def _names(queues: list[Queue]) -> str:
    return ", ".join(queue.name for queue in queues)

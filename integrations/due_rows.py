"""Rows that wait for a worker, for the health page. Those that wait for a platform wait for nobody here."""

from datetime import datetime

from django.db.models import Q, QuerySet

from integrations.models import Connection, Fulfillment, SyncRun, WebhookEvent
from lib.queues import READ, TELL
from sweeps import due_rows


def _can_be_called(now: datetime) -> Q:
    ready = Q(connection__paused_until=None) | Q(connection__paused_until__lte=now)
    return ready & Q(connection__state=Connection.State.ACTIVE)


def _fulfillments(now: datetime) -> QuerySet[Fulfillment]:
    waiting = [Fulfillment.State.DUE, Fulfillment.State.UNCONFIRMED]
    return Fulfillment.objects.due(now).filter(_can_be_called(now), state__in=waiting)


def _sync_runs(now: datetime) -> QuerySet[SyncRun]:
    return SyncRun.objects.due(now).filter(_can_be_called(now), state__in=[SyncRun.State.QUEUED, SyncRun.State.RUNNING])


def _events(now: datetime) -> QuerySet[WebhookEvent]:
    return WebhookEvent.objects.due(now).filter(state=WebhookEvent.State.RECEIVED)


due_rows.register(Fulfillment, TELL, _fulfillments)
due_rows.register(SyncRun, READ, _sync_runs)
due_rows.register(WebhookEvent, READ, _events)

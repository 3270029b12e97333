"""Closing a shop: work stops at once, thirty days later everything of it is erased, and until then it can be undone."""

import time
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit import trail
from audit.actions import AuditAction
from integrations.services import connections
from jobs.models import Job
from lib import tombstones
from lib.leases import claim_by_time, still_claimed, wake_worker
from privacy.models import ShopExport
from privacy.services.erase_person import empty_wal
from privacy.services.shop_data import DERIVED, deleted_models, rows_of
from shipments.models import Shipment
from shipments.services.erasure import delete_job_files
from shipments.states import POLL_INTERVALS
from shops.models import GatewayAccount, Shop
from shops.services.gateway_accounts import remove_api_key

GRACE = timedelta(days=30)
LEASE_SECONDS = 300
BATCH_SIZE = 500
ERASE_TASK = "privacy.erase_shops"


def close_shop(shop: Shop, *, by: User | None, grace: timedelta = GRACE) -> bool:
    """Stop all work and withdraw consent and keys; False when it is closed already. May be repeated.

    A job that is running ends after its batch.
    """
    now = timezone.now()
    with transaction.atomic():
        closed = Shop.objects.filter(pk=shop.pk, closed_at=None).update(closed_at=now, erase_at=now + grace)
        if closed:
            trail.record(AuditAction.SHOP_CLOSED, by=by, shop=shop)
        for connection in shop.connections.connected():
            connections.revoke(connection, by=by)
        Shipment.including_deleted.filter(shop=shop, next_poll_at__isnull=False).update(next_poll_at=None)
        Job.objects.unfinished().filter(shop=shop).update(stop_requested=True, next_at=now)
        wake_worker("jobs.run_due")
    # Ends the subscriptions at the gateway, so no transaction is open.
    for account in GatewayAccount.objects.filter(shop=shop):
        remove_api_key(shop, account.gateway)
    shop.refresh_from_db()
    return bool(closed)


def reopen_shop(shop: Shop, *, by: User | None) -> bool:
    """False when its time is over or it was open. Connections and keys have to be given again by their owners."""
    now = timezone.now()
    with transaction.atomic():
        closed = Shop.objects.filter(pk=shop.pk, closed_at__isnull=False, erase_at__gt=now, erasure_started_at=None)
        if not closed.update(closed_at=None, erase_at=None):
            return False
        trail.record(AuditAction.SHOP_REOPENED, by=by, shop=shop)
        underway = Q(status__in=list(POLL_INTERVALS), status_at__gt=now - timedelta(days=60))
        Shipment.including_deleted.filter(underway, shop=shop, next_poll_at=None).update(next_poll_at=now)
    shop.refresh_from_db()
    return True


def erase_due(*, seconds: float = 30) -> int:
    """Erase the closed shops whose time is over; returns how many are gone. Safe to run concurrently."""
    gone, deadline = 0, time.monotonic() + seconds
    while claimed := claim_by_time(_due(), "erase_at", LEASE_SECONDS, limit=1):
        gone += _erase(claimed[0], deadline)
        if time.monotonic() >= deadline:
            break
    return gone


def _due() -> "models.QuerySet[Shop]":
    return Shop.objects.filter(erase_at__lte=timezone.now(), closed_at__isnull=False).order_by("erase_at")


def erase_now(shop: Shop) -> None:
    """All of it, whatever its time. May be stopped and repeated."""
    Shop.objects.filter(pk=shop.pk).update(closed_at=timezone.now(), erase_at=timezone.now())
    _erase(Shop.objects.get(pk=shop.pk), deadline=None)


def _erase(shop: Shop, deadline: float | None) -> bool:
    """Whether it is gone; otherwise it is due again at once."""
    Shop.objects.filter(pk=shop.pk, erasure_started_at=None).update(erasure_started_at=timezone.now())
    tombstones.record(tombstones.Kind.SHOP, "", [str(shop.public_id)])
    for path in settings.FILES_DIR.glob(f"upload-{shop.public_id}-*"):
        path.unlink(missing_ok=True)
    for model in deleted_models():
        while _delete_some(model, shop):
            if deadline is not None and time.monotonic() >= deadline:
                still_claimed([shop], "erase_at").update(erase_at=timezone.now())
                return False
    public_id, key = shop.public_id, shop.pk
    with transaction.atomic():
        trail.forget_shop(key)
        shop.delete()
        trail.record(AuditAction.SHOP_ERASED, by=None, target=("shops.shop", str(public_id)))
    for model in (one for one in deleted_models() if one._meta.label in DERIVED):
        model._base_manager.filter(shop_id=key).delete()
    transaction.on_commit(empty_wal)
    return True


def _delete_some(model: type[models.Model], shop: Shop) -> int:
    """A batch of rows with their files. Returns of a parcel go before it, because they point at it."""
    rows = rows_of(model, shop)
    if model is Shipment and rows.filter(parent__isnull=False).exists():
        rows = rows.filter(parent__isnull=False)
    found = list(rows.order_by("pk")[:BATCH_SIZE])
    if model is Job:
        delete_job_files(found)
    for row in found:
        if isinstance(row, ShopExport):
            row.path.unlink(missing_ok=True)
    model._base_manager.filter(pk__in=[row.pk for row in found]).delete()
    return len(found)

"""MyParcel's webhooks: one subscription for each kind, no signature, and the account's key in a header.

How often MyParcel tries again is undocumented; three attempts are our convention.
"""

import base64
import hashlib
import logging
import threading
from datetime import timedelta

import requests
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from sandbox.parcels import knobs
from sandbox.parcels.models import ACCOUNT, SHOP, Notice, Parcel, Subscription

PATIENCE, IDLE = 5, 0.5
WAITS = (timedelta(seconds=2), timedelta(seconds=20))
HELD_BACK = timedelta(seconds=1)
_bell = threading.Event()
log = logging.getLogger(__name__)


def tell_status(parcel: Parcel) -> None:
    """Queue ``shipment_status_change``."""
    entry: dict[str, object] = {
        "shipment_id": parcel.number,
        "account_id": ACCOUNT,
        "shop_id": SHOP,
        "status": parcel.status,
        "barcode": parcel.barcode or "",
        "shipment_reference_identifier": parcel.reference,
    }
    _queue("shipment_status_change", entry)


def tell_label(numbers: list[int], pdf: str) -> None:
    """Queue ``shipment_label_created`` for a PDF that is ready."""
    entry: dict[str, object] = {
        "status": "success",
        "shipment_ids": numbers,
        "printer_identifier": "",
        "pdf": pdf,
    }
    _queue("shipment_label_created", entry)


def _queue(hook: str, entry: dict[str, object]) -> None:
    subscription = Subscription.objects.filter(hook=hook).first()
    fault = knobs.read()["hook_fault"]
    if subscription is None:
        return
    row = Notice(hook=hook, url=subscription.url.lower(), body={"data": {"hooks": [entry]}})
    if fault == "drop":
        row.state = Notice.State.LOST
    elif fault == "reorder" and Notice.objects.count() % 2 == 0:
        row.next_at += HELD_BACK
    row.save()
    if fault == "duplicate":
        Notice.objects.create(hook=hook, url=row.url, body=row.body)
    transaction.on_commit(_bell.set)


def deliver_due() -> int:
    """Post every notice whose time has come; how many were attempted."""
    due = list(Notice.objects.filter(state=Notice.State.WAITING, next_at__lte=timezone.now()).order_by("next_at")[:40])
    key = base64.b64encode(knobs.the_account().api_key.encode()).decode()
    for row in due:
        row.last_answer, taken = _post(row, key)
        row.attempts += 1
        if taken:
            row.state = Notice.State.DELIVERED
        elif row.attempts > len(WAITS):
            row.state = Notice.State.LOST
        else:
            row.next_at = timezone.now() + WAITS[row.attempts - 1]
        row.save()
    return len(due)


def _post(row: Notice, key: str) -> tuple[str, bool]:
    headers = {
        "User-Agent": "MyParcel/Webhook-Notifier",
        "Content-Type": "application/json; charset=utf-8",
        "X-MyParcel-Hook": row.hook,
        "X-MyParcel-HookId": hashlib.sha1(f"{row.pk}".encode(), usedforsecurity=False).hexdigest(),
        "X-MyParcel-Authorization": key,
    }
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(row.url, json=row.body, headers=headers, timeout=PATIENCE, allow_redirects=False)
    except requests.RequestException as error:
        return type(error).__name__, False
    return str(answer.status_code), answer.ok


def start() -> None:
    """Deliver in the background for as long as this program runs."""
    threading.Thread(target=_deliver_for_ever, name="parcel-webhooks", daemon=True).start()


def _deliver_for_ever() -> None:
    while True:
        _bell.wait(IDLE)
        _bell.clear()
        try:
            while deliver_due():
                pass
        except DatabaseError:
            log.exception("Webhooks could not be delivered; trying again.")
            close_old_connections()

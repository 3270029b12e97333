"""MyParcel's webhooks: one subscription per hook, unsigned, with the account's key in a header.

The number of retries is undocumented; three attempts are our convention.
"""

import base64
import hashlib
import logging
import threading
from datetime import timedelta

import requests
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from sandbox.myparcel import shops, switches
from sandbox.myparcel.models import ACCOUNT, FIRST_ID, SHOP, Notice, Parcel, Subscription

ANSWER_TIMEOUT, IDLE_SECONDS = 5, 0.5
RETRY_DELAYS = (timedelta(seconds=2), timedelta(seconds=20))
REORDER_DELAY = timedelta(seconds=1)
_wake = threading.Event()
log = logging.getLogger(__name__)


def replace(shop: int, hook: str, url: str) -> Subscription:
    """The new subscription of a hook; the former one ends without a word to whoever made it."""
    Subscription.objects.filter(shop=shop, hook=hook).delete()
    return Subscription.objects.create(shop=shop, hook=hook, url=url)


def enqueue_status(parcel: Parcel) -> None:
    entry: dict[str, object] = {
        "shipment_id": parcel.number,
        "account_id": ACCOUNT,
        "shop_id": parcel.shop,
        "status": parcel.status,
        "barcode": parcel.barcode or "",
        "shipment_reference_identifier": parcel.reference,
    }
    _queue("shipment_status_change", entry, parcel.shop)


def enqueue_label(numbers: list[int], pdf: str) -> None:
    entry: dict[str, object] = {
        "status": "success",
        "shipment_ids": numbers,
        "printer_identifier": "",
        "pdf": pdf,
    }
    parcel = Parcel.objects.filter(pk__in=[number - FIRST_ID for number in numbers]).first()
    _queue("shipment_label_created", entry, parcel.shop if parcel else SHOP)


def _queue(hook: str, entry: dict[str, object], shop: int) -> None:
    subscription = Subscription.objects.filter(shop=shop, hook=hook).first()
    fault = switches.read()["hook_fault"]
    if subscription is None:
        return
    row = Notice(shop=shop, hook=hook, url=subscription.url.lower(), body={"data": {"hooks": [entry]}})
    if fault == "drop":
        row.state = Notice.State.LOST
    elif fault == "reorder" and Notice.objects.count() % 2 == 0:
        row.next_at += REORDER_DELAY
    row.save()
    if fault == "duplicate":
        Notice.objects.create(shop=shop, hook=hook, url=row.url, body=row.body)
    transaction.on_commit(_wake.set)


def deliver_due() -> int:
    """Attempt due deliveries; returns the number of attempts."""
    due = list(Notice.objects.filter(state=Notice.State.WAITING, next_at__lte=timezone.now()).order_by("next_at")[:40])
    if not due:
        return 0
    keys = {shop: base64.b64encode(key.encode()).decode() for key, shop in shops.api_keys()}
    for row in due:
        row.last_answer, taken = _post(row, keys.get(row.shop, ""))
        row.attempts += 1
        if taken:
            row.state = Notice.State.DELIVERED
        elif row.attempts > len(RETRY_DELAYS):
            row.state = Notice.State.LOST
        else:
            row.next_at = timezone.now() + RETRY_DELAYS[row.attempts - 1]
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
            answer = session.post(
                row.url, json=row.body, headers=headers, timeout=ANSWER_TIMEOUT, allow_redirects=False
            )
    except requests.RequestException as error:
        return type(error).__name__, False
    return str(answer.status_code), answer.ok


def start() -> None:
    """Deliver in a background thread."""
    threading.Thread(target=_deliver_forever, name="parcel-webhooks", daemon=True).start()


def _deliver_forever() -> None:
    while True:
        _wake.wait(IDLE_SECONDS)
        _wake.clear()
        try:
            while deliver_due():
                pass
        except DatabaseError:
            log.exception("Webhooks could not be delivered; trying again.")
            close_old_connections()

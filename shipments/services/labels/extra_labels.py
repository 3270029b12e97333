"""A nightly look for labels at the gateways that no shipment knows of.

A call may arrive when nobody waits for it any more, or its answer may come to a worker that had been given up. Such a
label is taken over by its draft, or named in the log of its shipment; a concept without a label is removed.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.gateways import gateway_display_name
from carriers.gateways.base import AlreadyScanned, LabelGateway, LabelLister, ListedLabel
from lib.http import ApiError
from lib.leases import claim_by_time, still_claimed, wake_worker
from lib.stored_messages import in_all_languages
from shipments.models import FurtherParcel, Shipment, ShipmentEvent
from shipments.services.labels.gateway import open_gateway
from shipments.services.labels.unanswered import LOOK_UP_TASK
from shipments.states import ShipmentStatus
from shops.models import GatewayAccount
from shops.services import practice

log = logging.getLogger(__name__)
LOOK_EVERY, RETRY_AFTER = timedelta(days=1), timedelta(hours=1)
# Labels this old were compared the night before, and once more.
LOOK_BACK = timedelta(days=2)
ACCOUNTS_AT_ONCE, LEASE_SECONDS = 5, 300
# Another program of the merchant may have made the newest ones.
PAGE_SIZE, MIN_PAGES, MAX_PAGES = 100, 2, 20
CODE_LENGTH = 20
LATE_MESSAGE = _("{gateway} has a label for this draft after all: {barcode}. We are taking it over.")
SECOND_MESSAGE = _(
    "{gateway} has a second label for this shipment: {barcode}. Don't use it; a label that is not used costs nothing."
)


def look_due(*, seconds: float = 20) -> int:
    """Look at the accounts that are due, for at most ``seconds`` plus one account; returns their number.

    Safe to run concurrently. A failure of one account leaves the others alone.
    """
    looked, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline and (claimed := _claim()):
        for account in claimed:
            # What is left is due again when its claim ends.
            if time.monotonic() >= deadline:
                break
            _look_at(account)
            looked += 1
    return looked


def _claim() -> list[GatewayAccount]:
    due = GatewayAccount.objects.filter(extra_labels_due_at__lte=timezone.now()).order_by("extra_labels_due_at")
    return claim_by_time(due, "extra_labels_due_at", LEASE_SECONDS, limit=ACCOUNTS_AT_ONCE)


def _look_at(account: GatewayAccount) -> None:
    wait = LOOK_EVERY
    try:
        gateway = open_gateway(account.shop_id, account.gateway)
        if isinstance(gateway, LabelLister):
            _compare_all(account, gateway, gateway)
    except ApiError as error:
        log.warning("The labels of an account could not be listed: %s", type(error).__name__)
        wait = max(RETRY_AFTER, timedelta(seconds=error.retry_after))
    still_claimed([account], "extra_labels_due_at").update(extra_labels_due_at=timezone.now() + wait)


def _compare_all(account: GatewayAccount, lister: LabelLister, gateway: LabelGateway) -> None:
    for page in range(1, MAX_PAGES + 1):
        listed = lister.newest_labels(page, PAGE_SIZE)
        has_recent = _compare(account, gateway, listed)
        if len(listed) < PAGE_SIZE or not (has_recent or page < MIN_PAGES):
            return


def _compare(account: GatewayAccount, gateway: LabelGateway, listed: Sequence[ListedLabel]) -> bool:
    """Whether one of these is of late. Labels with a reference that is not ours are another program's."""
    own = [reference for one in listed if (reference := _read_uuid(one.reference))]
    rows = Shipment.including_deleted.filter(shop=account.shop_id, public_id__in=own)
    shipments = {row.public_id: row for row in rows}
    further = set(FurtherParcel.objects.filter(shipment__in=shipments.values()).values_list("external_id", flat=True))
    for one in listed:
        shipment = shipments.get(_read_uuid(one.reference) or uuid.UUID(int=0))
        # Of one that is being registered the job or the look-up knows more.
        if shipment is None or shipment.status == ShipmentStatus.REGISTERING:
            continue
        if one.external_id in {shipment.external_id, *further}:
            continue
        if not one.barcode:
            _remove_unlabeled(account, gateway, one)
        else:
            _report(account.gateway, shipment, one)
    return any(row.status_at >= timezone.now() - LOOK_BACK for row in shipments.values())


def _read_uuid(reference: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(reference)
    except ValueError:
        return None


def _remove_unlabeled(account: GatewayAccount, gateway: LabelGateway, one: ListedLabel) -> None:
    """A concept costs nothing, so it can stay while the shop practices: then nothing is changed at the gateway."""
    if practice.is_on(account.shop_id):
        return
    try:
        gateway.cancel(one.external_id)
    except AlreadyScanned:
        return


def _report(gateway: str, loaded: Shipment, one: ListedLabel) -> None:
    """Once for each label. A draft that is as it was is asked about like any label whose answer was lost."""
    with transaction.atomic():
        shipment = Shipment.including_deleted.select_for_update().get(pk=loaded.pk)
        known = ShipmentEvent.objects.filter(
            shipment=loaded, kind=ShipmentEvent.Kind.EXTRA_LABEL, code=one.barcode[:CODE_LENGTH]
        )
        if known.exists():
            return
        edited_since = shipment.edited_at is not None and shipment.edited_at > shipment.status_at
        is_late = shipment.is_draft and shipment.deleted_at is None and not edited_since
        text = format_lazy(
            LATE_MESSAGE if is_late else SECOND_MESSAGE, gateway=gateway_display_name(gateway), barcode=one.barcode
        )
        ShipmentEvent.objects.create(
            shipment=loaded,
            kind=ShipmentEvent.Kind.EXTRA_LABEL,
            code=one.barcode[:CODE_LENGTH],
            text=in_all_languages(text),
        )
        if is_late:
            draft = Shipment.objects.filter(pk=loaded.pk)
            draft.move(ShipmentStatus.REGISTERING, gateway=gateway, next_poll_at=timezone.now())
            wake_worker(LOOK_UP_TASK)

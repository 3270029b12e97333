"""Erasing the recipients of shipments: with their order, at a person's request, or because their time is over."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.db.models import F, Field, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import OutgoingMail
from integrations.models import ExternalOrder, Fulfillment
from integrations.services import erasure as orders_erasure
from jobs.models import Job
from jobs.runner import OPEN_STATES
from lib import tombstones
from lib.person_words import mentions, person_words
from lib.personal_data import Erasure, columns_of
from lib.stored_messages import in_all_languages
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.states import Blocker, ShipmentStatus

ERASE_BATCH_SIZE = 100
ERASED_MESSAGE = _("The buyer's details were erased at their request")
NO_LABEL_MESSAGE = _("The buyer's details in this order were erased at their request, so no label can be created.")
NO_ADDRESS_MESSAGE = _("The recipient's details were erased, so no label can be created.")
GONE_MESSAGE = _("The recipient's details were erased.")
# What an undo of a bulk edit needs of its items.
RETAINED_PAYLOAD = frozenset({"line", "before", "version"})
# The templates of mails to buyers begin with it.
BUYER_MAILS = "tracking/mail/"
# Events whose text is of our own making: a barcode, and by whom it was imported.
WITHOUT_PERSON = (ShipmentEvent.Kind.RETURN, ShipmentEvent.Kind.IMPORTED, ShipmentEvent.Kind.CREATED)


def erase_due(*, seconds: float = 20) -> int:
    """Erase the shipments of erased orders; returns their number. Safe to run concurrently.

    Looks at the orders erased since yesterday and at those with something left. Shipments whose label is being created
    are erased by a later run.
    """
    erased, last, deadline = 0, 0, time.monotonic() + seconds
    while time.monotonic() < deadline and (orders := _pending_orders(last)):
        last = orders[-1].pk
        found = _personal_shipments([order.pk for order in orders])
        erased += erase_shipments([row for row in found if row.status != ShipmentStatus.REGISTERING], ERASED_MESSAGE)
        _clear_job_items(Q(order__in=[order.pk for order in orders]))
        left = {
            order for shipment in found for order in (shipment.order_id, shipment.parent and shipment.parent.order_id)
        }
        orders_erasure.settle([order.pk for order in orders if order.pk not in left])
    return erased


def _pending_orders(last: int) -> list[ExternalOrder]:
    pending = ExternalOrder.objects.filter(erasure_pending=True, pk__gt=last).order_by("pk")
    return list(pending.only("pk")[:ERASE_BATCH_SIZE])


def _personal_shipments(orders: list[int]) -> list[Shipment]:
    """Outgoing ones and returns, by two questions: no index serves an OR over two tables."""
    rows = Shipment.including_deleted.filter(recipient_erased_at=None)
    return [
        *rows.filter(order__in=orders).select_related("order__connection", "parent"),
        *rows.filter(parent__order__in=orders).select_related("parent__order__connection"),
    ]


def shipment_words(shipment: Shipment) -> frozenset[str]:
    """What names the recipient in free texts."""
    names = [shipment.person or shipment.company]
    return person_words(names=names, emails=[shipment.email], phones=[(shipment.phone, shipment.country)])


def erase_shipments(
    shipments: Iterable[Shipment], message: Promise, *, on_request: bool = True, in_journal: bool = True
) -> int:
    """Erase their recipients, also in their events, items of jobs, links and files; returns how many. May be repeated.

    ``message`` says why, in the timeline. On request free texts are searched, and an entry of the journal keeps a
    restored database from bringing the recipient back. A shipment that somebody writes at the same time stays as it is.
    Needs ``parent``, and the orders with their connections, loaded where there are some.
    """
    erased = 0
    for shipment in shipments:
        if on_request and in_journal:
            tombstones.record(tombstones.Kind.SHIPMENT, shipment.shop_id, [str(shipment.public_id)])
        erased += _erase(shipment, message, on_request=on_request)
    return erased


def _erase(shipment: Shipment, message: Promise, *, on_request: bool) -> bool:
    words, email = shipment_words(shipment), shipment.email
    changes = _emptied(shipment, words, on_request=on_request)
    with transaction.atomic():
        unchanged = Shipment.including_deleted.filter(pk=shipment.pk, status=shipment.status, version=shipment.version)
        if unchanged.update(**changes) != 1:
            return False
        shipment.events.exclude(text={}).exclude(kind__in=WITHOUT_PERSON).update(text={})
        kind = ShipmentEvent.Kind.ORDER_CHANGED
        ShipmentEvent.objects.create(shipment=shipment, kind=kind, text=in_all_languages(message))
        _clear_links(shipment)
        _delete_mails(shipment.pk, email)
        _clear_job_items(Q(shipment=shipment))
        order = shipment.order if shipment.parent is None else shipment.parent.order
        if on_request and order is not None and order.erased_at is not None:
            orders_erasure.add_words(order, words)
        # Before the commit: after a crash here the shipment is erased again, and its files with it.
        remove_files(shipment)
    return True


def _emptied(shipment: Shipment, words: frozenset[str], *, on_request: bool) -> dict[str, object]:
    """The columns to write; every column that the registry says goes with the shipment is among them."""
    changes: dict[str, object] = {}
    for name in columns_of("shipments.Shipment", Erasure.WITH_SHIPMENT):
        field = Shipment._meta.get_field(name)
        assert isinstance(field, Field)  # noqa: S101 - the registry names columns only, and a test holds it to that
        changes[name] = field.get_default()
    # Kept for the books: the order's number, unless it is a name, and the number of the invoice.
    changes["reference"] = "" if mentions(shipment.reference, words) else shipment.reference
    changes["invoice"] = "" if mentions(shipment.invoice, words) else shipment.invoice
    # What was typed with an article, such as a name to engrave, is personal; the article is not.
    changes["order_lines"] = [replace(line, choices=()).to_json() for line in shipment.lines]
    if shipment.is_draft:
        text = NO_LABEL_MESSAGE if on_request and shipment.order_id else NO_ADDRESS_MESSAGE
        changes["problems"] = [{"field": "person", "code": "erased", "text": in_all_languages(text)}]
        changes["blocked_by"] = Blocker.ADDRESS
    for name, value in changes.items():
        setattr(shipment, name, value)
    barcodes = shipment.further_parcels.values_list("barcode", flat=True)
    changes["search_text"] = shipment.make_search_text(*barcodes)
    return changes | {"recipient_erased_at": timezone.now(), "version": F("version") + 1}


def _clear_links(shipment: Shipment) -> None:
    """The links that its webshop was told; one that is still to be told is emptied with its order."""
    if shipment.fulfillment_id:
        sent = Fulfillment.objects.filter(pk=shipment.fulfillment_id)
        sent.exclude(details="").update(details="")
        sent.filter(state__in=orders_erasure.FINISHED).exclude(tracking_url="").update(tracking_url="")


def _delete_mails(shipment_id: int, email: str) -> None:
    """Mails to the buyer about this shipment, sent or not."""
    if email:
        mails = OutgoingMail.objects.filter(to=email, template__startswith=BUYER_MAILS)
        # A mail that was sent does not say any more what it was about.
        about = [mail.pk for mail in mails if mail.context.get("shipment") in (shipment_id, None)]
        OutgoingMail.objects.filter(pk__in=about).delete()


def _clear_job_items(which: Q) -> None:
    """Why an item failed may name the recipient, and so may a line of a file and a pick-up point."""
    for item in JobItem.objects.filter(which).exclude(payload={}, reason={}).iterator(chunk_size=500):
        payload = {name: value for name, value in item.payload.items() if name in RETAINED_PAYLOAD}
        failed = item.reason and item.state == JobItem.State.FAILED
        reason = in_all_languages(GONE_MESSAGE) if failed else {}
        if (payload, reason) != (item.payload, item.reason):
            JobItem.objects.filter(pk=item.pk).update(payload=payload, reason=reason)


def forget_items(items: Iterable[JobItem]) -> None:
    """Items that name a person without a shipment, such as the lines of a file that were not imported yet."""
    for item in items:
        payload = {name: value for name, value in item.payload.items() if name == "line"}
        changes: dict[str, object] = {"payload": payload, "reason": {}}
        if item.state in OPEN_STATES or item.state == JobItem.State.FAILED:
            changes |= {"state": JobItem.State.FAILED, "code": "erased", "retryable": False}
            changes["reason"] = in_all_languages(GONE_MESSAGE)
        JobItem.objects.filter(pk=item.pk, state=item.state).update(**changes)


def remove_files(shipment: Shipment) -> None:
    """Delete label files and exports with the recipient's name; the labels of others can be rendered again."""
    jobs = Job.objects.filter(items__shipment=shipment).distinct()
    delete_job_files(list(jobs))


def delete_job_files(jobs: Sequence[Job]) -> None:
    """Also what was drawn again since it was cleaned up. May be repeated."""
    for job in jobs:
        names = {job.file, f"labels-{job.public_id}.pdf", f"export-{job.public_id}.csv"} - {""}
        for name in names:
            (settings.FILES_DIR / name).unlink(missing_ok=True)
        for part in settings.FILES_DIR.glob(f"labels-{job.public_id}.*"):
            part.unlink(missing_ok=True)
    Job.objects.filter(pk__in=[job.pk for job in jobs]).exclude(file="").update(file="")

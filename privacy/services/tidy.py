"""Every night each shop gives up what it kept for long enough. A shop is a piece of work: claimed, tidied, due again.

Every step takes the oldest rows by an index, a batch and a transaction at a time, and may be stopped and repeated at
any point: what is done is not found again.
"""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import WAITING, ExternalOrder, Fulfillment
from integrations.services import erasure as orders_erasure
from jobs.models import Job
from lib.leases import claim_by_time, still_claimed
from shipments.models import JobItem, Shipment
from shipments.services.erasure import delete_job_files, erase_shipments
from shipments.states import ShipmentStatus
from shops.models import Retention, Shop
from shops.periods import BOOK_YEARS, UNREADABLE_AGE

log = logging.getLogger(__name__)
TIDY_TASK = "privacy.tidy"
LEASE_SECONDS = 300
BATCH_SIZE, ITEM_BATCH_SIZE = 100, 1000
# In the settings' time zone.
NIGHT_HOUR = 2
TIME_IS_OVER_MESSAGE = _("The recipient's details were erased: the time to keep them is over")
ARRIVED = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.CANCELED, ShipmentStatus.TEST)
M = TypeVar("M", bound=Model)
# How many rows each batch dealt with.
Step = Callable[[Retention], Iterator[int]]


def tidy_due(*, seconds: float = 20) -> int:
    """Tidy the shops that are due; returns how many were finished. Safe to run concurrently.

    At least one batch is tidied; what is left after ``seconds`` is left to the next call.
    """
    finished, deadline = 0, time.monotonic() + seconds
    while claimed := claim_by_time(_due(), "tidy_at", LEASE_SECONDS, limit=1, related=("shop",)):
        finished += _tidy(claimed[0], deadline)
        if time.monotonic() >= deadline:
            break
    return finished


def _due() -> QuerySet[Retention]:
    return Retention.objects.filter(tidy_at__lte=timezone.now()).order_by("tidy_at")


def _tidy(row: Retention, deadline: float) -> bool:
    """Whether nothing is left; otherwise the shop is due again at once."""
    figures = dict(row.running_figures)
    for name, (_title, step) in STEPS.items():
        for number in step(row):
            figures[name] = figures.get(name, 0) + number
            if time.monotonic() >= deadline:
                still_claimed([row], "tidy_at").update(tidy_at=timezone.now(), running_figures=figures)
                return False
    now = timezone.now()
    done = {"tidy_at": next_night(now), "tidied_at": now, "figures": figures, "running_figures": {}}
    log.info("Tidied shop %s: %s", row.shop_id, figures)
    return still_claimed([row], "tidy_at").update(**done) == 1


def next_night(now: datetime) -> datetime:
    local = timezone.localtime(now)
    night = local.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night > local else night + timedelta(days=1)


def _recipients(row: Retention) -> Iterator[int]:
    """A return names its sender by the outgoing parcel, so that one waits for its returns."""
    arrived, any_status = row.cutoff("recipient_days"), row.cutoff("unfinished_days")
    returning = Shipment.objects.filter(parent=OuterRef("pk"), recipient_erased_at=None).exclude(status__in=ARRIVED)
    over = (
        Shipment.including_deleted.filter(shop=row.shop, recipient_erased_at=None)
        .filter(status_at__lt=max(arrived, any_status))
        .filter(Q(status__in=ARRIVED, status_at__lt=arrived) | Q(status_at__lt=any_status))
        .exclude(Exists(returning))
        .select_related("order__connection", "parent__order__connection", "shop")
        .order_by("status_at")
    )
    while rows := list(over[:BATCH_SIZE]):
        erased = erase_shipments(rows, TIME_IS_OVER_MESSAGE, on_request=False)
        if not erased:
            return
        yield erased


def _orders(row: Retention) -> Iterator[int]:
    """After its shipments; one that waits for its import is kept as long as what was never finished.

    The oldest are walked through once, because those that shipments still need stay among them.
    """
    last_change, waiting = row.cutoff("order_days"), row.cutoff("unfinished_days")
    needed = Shipment.including_deleted.filter(order=OuterRef("pk"), recipient_erased_at=None)
    is_over = ~WAITING & Q(changed_at__lt=last_change) | Q(changed_at__lt=waiting)
    oldest = ExternalOrder.objects.filter(shop=row.shop, erased_at=None, changed_at__lt=max(last_change, waiting))
    for ids in _walk(oldest, "changed_at"):
        over = ExternalOrder.objects.filter(pk__in=ids).filter(is_over).exclude(Exists(needed))
        found = list(over.values_list("pk", flat=True))
        yield orders_erasure.empty_orders(found, unless_changed_since=max(last_change, waiting))


def _walk(rows: QuerySet[M], column: str) -> Iterator[list[int]]:
    """The keys of all rows in the order of a column that an index ends in, a batch at a time."""
    last, same = None, set[int]()
    while True:
        behind = rows if last is None else rows.filter(**{f"{column}__gte": last}).exclude(pk__in=same)
        found = list(behind.order_by(column).values_list("pk", column)[:BATCH_SIZE])
        if not found:
            return
        yield [pk for pk, _at in found]
        newest = found[-1][1]
        same = {pk for pk, at in found if at == newest} | (same if newest == last else set())
        last = newest


def _answers(row: Retention) -> Iterator[int]:
    over = Fulfillment.objects.filter(shop=row.shop, queued_at__lt=row.cutoff("answer_days")).exclude(details="")
    while ids := _oldest(over, "queued_at"):
        yield Fulfillment.objects.filter(pk__in=ids).update(details="")


def _jobs(row: Retention) -> Iterator[int]:
    """With their items, a piece at a time: a job may have thousands."""
    over = row.shop.jobs.filter(created_at__lt=row.cutoff("job_days"), finished_at__isnull=False)
    while jobs := list(over.order_by("created_at")[:BATCH_SIZE]):
        for job in jobs:
            yield from _deleted(JobItem.objects.filter(job=job), ITEM_BATCH_SIZE, counted=False)
        delete_job_files(jobs)
        Job.objects.filter(pk__in=[job.pk for job in jobs]).delete()
        yield len(jobs)


def _invitations(row: Retention) -> Iterator[int]:
    moment = row.cutoff("invitation_days")
    yield from _deleted(row.shop.invitations.filter(Q(accepted_at__lt=moment) | Q(expires_at__lt=moment)))


def _unreadable_orders(row: Retention) -> Iterator[int]:
    yield from _deleted(row.shop.unreadableorders.filter(seen_at__lt=timezone.now() - UNREADABLE_AGE))


def _books(row: Retention) -> Iterator[int]:
    """What was kept without a person, after the years for which the books are asked for. Returns go first."""
    oldest = timezone.localtime().replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    first_kept = oldest.replace(year=oldest.year - BOOK_YEARS)
    over = Shipment.objects.filter(shop=row.shop, listed_at__lt=first_kept, recipient_erased_at__isnull=False)
    while ids := _oldest(over, "listed_at"):
        returns_first = (Q(parent__in=ids), Q(pk__in=ids))
        deleted = [Shipment.including_deleted.filter(which).delete()[1] for which in returns_first]
        yield sum(by_model.get("shipments.Shipment", 0) for by_model in deleted)


def _orders_without_shipments(row: Retention) -> Iterator[int]:
    """Emptied orders of which nothing was sent, or nothing is left: no book needs them."""
    moment = row.cutoff("unfinished_days")
    used = Shipment.including_deleted.filter(order=OuterRef("pk"))
    over = ExternalOrder.objects.filter(shop=row.shop, is_imported=False, erased_at__isnull=False)
    over = over.filter(changed_at__lt=moment, erasure_pending=False).exclude(Exists(used))
    yield from _deleted(over)


def _oldest(rows: QuerySet[Shipment] | QuerySet[Fulfillment], column: str) -> list[int]:
    return list(rows.order_by(column).values_list("pk", flat=True)[:BATCH_SIZE])


def _deleted(rows: QuerySet[M], batch_size: int = BATCH_SIZE, *, counted: bool = True) -> Iterator[int]:
    model = rows.model
    while ids := list(rows.values_list("pk", flat=True)[:batch_size]):
        model._base_manager.filter(pk__in=ids).delete()
        yield len(ids) if counted else 0


# In this order: an order goes after its shipments. The titles are for the page.
STEPS: dict[str, tuple[Promise, Step]] = {
    "recipients": (_("recipients erased"), _recipients),
    "orders": (_("orders emptied"), _orders),
    "answers": (_("answers of the webshop deleted"), _answers),
    "jobs": (_("jobs deleted"), _jobs),
    "invitations": (_("invitations deleted"), _invitations),
    "unreadable": (_("unreadable orders deleted"), _unreadable_orders),
    "books": (_("shipments deleted after seven years"), _books),
    "unused": (_("orders without a shipment deleted"), _orders_without_shipments),
}


def add_missing_rows() -> int:
    """Shops that have no row yet; returns how many."""
    missing = list(Shop.objects.filter(retention=None).values_list("pk", flat=True)[:ITEM_BATCH_SIZE])
    for pk in missing:
        Retention.objects.get_or_create(shop_id=pk)
    return len(missing)

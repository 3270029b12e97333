"""What failed in a job: a cause that belongs to the shop or its site once, everything else row by row."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from integrations.providers import connect_url
from jobs.models import Job
from shipments.models import JobItem
from shipments.services.labels.needs import NEED_CODES
from ui.redirects import with_return

# Where to solve problems that are not about one order or shipment, by code.
FIX_URLS: dict[str, tuple[str, Promise]] = {
    "outside_eu": ("shops:preferences", _("Change parcel preferences")),
    "gateway_key": ("shops:general", _("Enter a new key")),
}
# Codes that are solved by connecting the site again.
NEEDS_CONSENT = frozenset({"not_connected", "shop_reconnect", "shop_permission"})
# Codes that say the same of every item: nothing about an order or parcel is wrong.
SHARED_CODES = NEEDS_CONSENT | {*NEED_CODES, "gateway_key", "shop_unreachable", "no_answer"}


@dataclass(frozen=True, slots=True)
class FailedItem:
    """A failed item, its reason and a link to the page that solves it; ``url`` is empty when its subject is gone.

    ``back`` is the page that settings lead back to.
    """

    item: JobItem
    back: str = ""

    @property
    def number(self) -> str:
        if self.item.order is not None:
            return self.item.order.number
        if self.item.shipment is not None:
            return self.item.shipment.reference
        return str(self._cells.get("reference", ""))

    @property
    def name(self) -> str:
        if self.item.order is not None:
            return self.item.order.customer
        if self.item.shipment is not None:
            return self.item.shipment.recipient.name
        return str(self._cells.get("company") or self._cells.get("person", ""))

    @property
    def _cells(self) -> dict[str, str]:
        cells: dict[str, str] = self.item.payload.get("cells", {})
        return cells

    @property
    def url(self) -> str:
        if self.item.code in FIX_URLS:
            return with_return(reverse(FIX_URLS[self.item.code][0]), self.back)
        if self.item.shipment is not None:
            if self.item.shipment.deleted_at is not None:
                return ""
            return reverse("shipments:detail", args=[self.item.shipment.public_id])
        order = self.item.order
        if order is None:
            return ""
        return (
            reverse("shipments:import") + "?" + urlencode({"site": str(order.connection.public_id), "q": order.number})
        )

    @property
    def action(self) -> Promise:
        if self.item.code in FIX_URLS:
            return FIX_URLS[self.item.code][1]
        return _("Edit") if self.item.shipment is not None and self.item.shipment.is_draft else _("View")


@dataclass(frozen=True, slots=True)
class SharedCause:
    """Why ``number`` items failed, and the one place that mends all of them; ``url`` is empty where waiting helps."""

    code: str
    number: int
    message: str
    job: Job
    back: str = ""

    @property
    def url(self) -> str:
        if self.code in NEED_CODES:
            # The label window asks for it, and goes on with these shipments.
            return reverse("shipments:labels") + "?" + urlencode({"failed_of": str(self.job.public_id)})
        if self.code in FIX_URLS:
            return with_return(reverse(FIX_URLS[self.code][0]), self.back)
        return connect_url() if self.code in NEEDS_CONSENT else ""

    @property
    def action(self) -> Promise:
        if self.code in FIX_URLS:
            return FIX_URLS[self.code][1]
        return _("Reconnect") if self.code in NEEDS_CONSENT else _("Fill in and go on")


def failures(job: Job, limit: int, back: str) -> tuple[list[SharedCause], list[FailedItem]]:
    """Shared causes, the most frequent one first, and at most ``limit`` items with a cause of their own, in the order
    of the job. One query, or four where more than ``limit`` items failed.
    """
    failed = job.items.filter(state=JobItem.State.FAILED)
    items = failed.select_related("order__connection", "shipment")
    found = list(items[:limit])
    own = [item for item in found if item.code not in SHARED_CODES]
    if len(found) < limit:
        numbers = Counter(item.code for item in found if item.code in SHARED_CODES)
        examples = {item.code: item for item in reversed(found)}
    else:
        shared = failed.filter(code__in=SHARED_CODES).order_by().values_list("code")
        groups = list(shared.annotate(number=Count("pk"), first=Min("pk")))
        numbers = Counter({code: number for code, number, _first in groups})
        firsts = job.items.in_bulk([first for _code, _number, first in groups])
        examples = {item.code: item for item in firsts.values()}
        own = list(items.exclude(code__in=SHARED_CODES)[:limit])
    causes = [SharedCause(code, n, examples[code].message, job, back) for code, n in numbers.most_common()]
    return causes, [FailedItem(item, back) for item in own]

"""The tab Aandacht: what needs attention, grouped by kind, with the whole reason and what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from lib.stored_messages import localized
from shipments.models import Shipment
from shipments.models.attention import ATTENTION_KINDS
from shipments.presentation.attention_list import ATTENTION_TEXTS, WORK_LISTS
from shipments.presentation.shipment_rows import is_paid_then, overview_recipient
from shipments.services.imports.order_alerts import alert_message
from ui.row_templates import RowTemplate
from ui.templatetags.backoffice import natural_datetime

# What a row reads besides the columns of the overview; see ``ShipmentQuerySet.for_overview``.
ATTENTION_COLUMNS = ("attention", "order_alert", "order__connection__platform")
KIND_NAMES = {
    "unsynced": _("Not synced to your webshop"),
    "canceled": _("Order cancelled after its label"),
    "unanswered": _("Label not confirmed"),
    "returned": _("Came back"),
    "late": _("Late"),
    "changed": _("Order changed after import"),
    "order": _("Order changed in the webshop"),
    "customs": _("Missing customs data"),
    "address": _("Incomplete address"),
    "parcel": _("Options that don't fit"),
    "pickup": _("Waiting at a pick-up point"),
}
# What can be done with all of a kind at once: where the selection is sent, and the words for it.
TOGETHER = {
    "unsynced": ("shipments:bulk_push", _("Update shop again")),
    "parcel": ("shipments:bulk_edit", _("Edit together")),
}
ROW_ACTIONS = {"unsynced": "push", "canceled": "cancel", "unanswered": "ask"}


class AttentionShape(NamedTuple):
    """The shape of a row; see ``ui.row_templates``. ``action``: push, cancel, ask, edit or view."""

    is_selected: bool
    is_draft: bool
    is_paid_then: bool
    action: str


TEMPLATE = RowTemplate(
    "shipments/_attention_row.html",
    ("order", "name", "shown_name", "place", "created", "reason"),
    page="shipments:list",
)


@dataclass(frozen=True, slots=True)
class AttentionGroup:
    """Those of one kind on a page of the tab. ``number`` is how many there are in all; None under a filter."""

    kind: str
    shipments: list[Shipment]
    number: int | None
    is_selected: bool

    @property
    def name(self) -> Promise:
        return KIND_NAMES[self.kind]

    @property
    def advice(self) -> Promise:
        return ATTENTION_TEXTS[self.kind].text

    @property
    def has_more(self) -> bool:
        return self.number is not None and self.number > len(self.shipments)

    @property
    def filter(self) -> str:
        """The query string of all of this kind."""
        return f"tab=attention&kind={self.kind}"

    @property
    def work_list(self) -> str:
        return reverse(WORK_LISTS[self.kind]) if self.kind in WORK_LISTS else ""

    @property
    def together_url(self) -> str:
        return reverse(TOGETHER[self.kind][0]) if self.kind in TOGETHER else ""

    @property
    def together_text(self) -> Promise | str:
        return TOGETHER[self.kind][1] if self.kind in TOGETHER else ""

    @property
    def rows(self) -> SafeString:
        return format_html_join("", "{}", ((_render(shipment, self.is_selected),) for shipment in self.shipments))


def attention_groups(
    shipments: Iterable[Shipment], numbers: Mapping[str, int] | None, *, is_selected: bool
) -> list[AttentionGroup]:
    """The most urgent kind first; in each the order of the list stays. The shipments need ``ATTENTION_COLUMNS``."""
    by_kind: dict[str, list[Shipment]] = {}
    for shipment in shipments:
        by_kind.setdefault(shipment.attention, []).append(shipment)
    return [
        AttentionGroup(kind, by_kind[kind], numbers[kind] if numbers is not None else None, is_selected)
        for kind in ATTENTION_KINDS
        if kind in by_kind
    ]


def _render(shipment: Shipment, is_selected: bool) -> SafeString:
    recipient, action = overview_recipient(shipment), ROW_ACTIONS.get(shipment.attention, "")
    if not action or action == "cancel" and not shipment.can_cancel:
        action = "edit" if shipment.is_draft else "view"
    shape = AttentionShape(
        is_selected=is_selected,
        is_draft=shipment.is_draft,
        is_paid_then=is_paid_then(shipment.listed_at, shipment.order),
        action=action,
    )
    texts = {
        "order": shipment.reference,
        "name": recipient.name,
        "shown_name": recipient.name or "–",
        "place": recipient.city_line,
        "created": natural_datetime(shipment.listed_at),
        "reason": attention_reason(shipment),
    }
    return TEMPLATE.render(shape, shipment.public_id, texts)


def attention_reason(shipment: Shipment) -> str:
    """All that is known of why, in the current language."""
    if shipment.is_draft and shipment.problems:
        return " ".join(str(localized(problem["text"])) for problem in shipment.problems)
    if shipment.attention == "unsynced" and shipment.fulfillment and shipment.fulfillment.last_error:
        return str(shipment.fulfillment.last_error_message)
    if shipment.order_alert and shipment.order:
        message = alert_message(shipment.order.connection.platform, shipment.order_alert, labeled=not shipment.is_draft)
        return str(message)
    return str(ATTENTION_TEXTS[shipment.attention].text)

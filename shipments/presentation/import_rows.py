"""The rows of the import page: orders with the drafts that they would become."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from carriers.choices import CARRIER_NAMES, PACKAGE_TYPES
from carriers.contact_rules import CONTACT_FIELDS
from carriers.pickup_points import POINT_FIELD
from integrations.models import ExternalOrder
from shipments.content import ShipmentLine
from shipments.models import Shipment
from shipments.presentation.shipment_rows import MAX_UNCUT_NAME, is_paid_then
from shipments.services.imports.notes import DESTINATION_NOTES, RULE
from shipments.services.imports.order_to_draft import DraftPlan
from shipments.services.imports.unread_fields import UNREAD_FIELD
from shops.models import PackagePreferences
from ui.row_templates import RowTemplate
from ui.templatetags.backoffice import flag, money, natural_datetime

MAX_SHOWN_LINES = 8
MAX_CHANGES, MAX_WARNINGS = 4, 2
# An address or a text of articles that is longer may be cut off in the narrowest column; a hint then shows all of it.
MAX_UNCUT_PLACE, MAX_UNCUT_CONTENTS = 24, 20
# Fields and codes of the notes in a row: what differs from the preferences, shipping rules, the pick-up point, the
# weight, the postcode, contact data, and what is unreadable.
SHOWN_NOTES = frozenset(
    {*PackagePreferences.CHOICE_FIELDS, RULE, POINT_FIELD, "weight", UNREAD_FIELD, *CONTACT_FIELDS, *DESTINATION_NOTES}
)


@dataclass(frozen=True, slots=True)
class ImportRow:
    order: ExternalOrder
    plan: DraftPlan
    shipment: Shipment | None
    # The reason of a failed import of this row.
    failure: str = ""
    # For screen readers, when htmx replaces the row.
    announcement: str = ""

    @property
    def can_import(self) -> bool:
        return self.shipment is None and self.plan.blocker is None

    @property
    def contents(self) -> str:
        """All articles, with what the buyer chose."""
        return ", ".join(line.text for line in self.plan.content.lines)

    @property
    def shown_lines(self) -> tuple[ShipmentLine, ...]:
        """The first articles, below each other; none when nothing was chosen, because one line then says it all."""
        lines = self.plan.content.lines
        return lines[:MAX_SHOWN_LINES] if any(line.choices for line in lines) else ()

    @property
    def hidden_lines(self) -> int:
        return max(0, len(self.plan.content.lines) - MAX_SHOWN_LINES) if self.shown_lines else 0

    @property
    def warnings(self) -> list[object]:
        return [problem.text for problem in self.plan.problems if not problem.field.startswith("customs")]

    @property
    def changes(self) -> list[object]:
        return [note.text for note in self.plan.notes if {note.field, note.code} & SHOWN_NOTES]

    @property
    def needs_customs(self) -> bool:
        return self.plan.content.needs_customs


class ImportShape(NamedTuple):
    """The shape of a row; see ``ui.row_templates``. ``state``: imported, failed, blocked or new."""

    state: str
    is_blocked: bool
    is_selected: bool
    is_announced: bool
    is_long_name: bool
    is_paid_then: bool
    is_long_place: bool
    is_long_contents: bool
    has_lines: bool
    is_importer_known: bool
    needs_customs: bool
    changes: int
    warnings: int


CHANGES = tuple(f"change_{number}" for number in range(MAX_CHANGES))
WARNINGS = tuple(f"warning_{number}" for number in range(MAX_WARNINGS))
TEMPLATE = RowTemplate(
    "shipments/_import_row.html",
    (
        *("order", "name", "shown_name", "placed", "place", "flag", "contents", "lines", "plan", "reason", "total"),
        *("announcement", "imported_at", "importer", "shipment_url", *CHANGES, *WARNINGS),
    ),
    page="shipments:import",
)


def render_import_rows(rows: Iterable[ImportRow], *, is_selected: bool) -> SafeString:
    return mark_safe("".join(render_import_row(row, is_selected=is_selected) for row in rows))  # noqa: S308 - rows


def render_import_row(row: ImportRow, *, is_selected: bool = False) -> SafeString:
    """``is_selected`` only counts where the order can be imported."""
    state = _state(row)
    changes, warnings = (row.changes[:MAX_CHANGES], row.warnings[:MAX_WARNINGS]) if state == "new" else ([], [])
    texts = _texts(row) | dict.fromkeys((*CHANGES, *WARNINGS), "")
    texts |= dict(zip(CHANGES, changes, strict=False)) | dict(zip(WARNINGS, warnings, strict=False))
    shape = ImportShape(
        state=state,
        is_blocked=row.plan.blocker is not None,
        is_selected=is_selected,
        is_announced=bool(row.announcement),
        is_long_name=len(row.order.customer) > MAX_UNCUT_NAME,
        is_paid_then=is_paid_then(row.order.listed_at, row.order),
        is_long_place=len(str(texts["place"])) > MAX_UNCUT_PLACE,
        is_long_contents=len(row.contents) > MAX_UNCUT_CONTENTS,
        has_lines=bool(row.shown_lines),
        is_importer_known=row.shipment is not None and row.shipment.created_by_id is not None,
        needs_customs=state == "new" and row.needs_customs,
        changes=len(changes),
        warnings=len(warnings),
    )
    return TEMPLATE.render(shape, row.order.public_id, texts)


def _state(row: ImportRow) -> str:
    if row.shipment is not None:
        return "imported"
    if row.failure:
        return "failed"
    return "new" if row.plan.blocker is None else "blocked"


def _texts(row: ImportRow) -> dict[str, object]:
    order, plan, shipment = row.order, row.plan, row.shipment
    recipient, choice = plan.content.recipient, plan.content.choice
    return {
        "order": order.number,
        "name": order.customer,
        "shown_name": order.customer or "–",
        "placed": natural_datetime(order.listed_at),
        "place": ", ".join(part for part in (recipient.street_line, recipient.city_line) if part),
        "flag": flag(order.country),
        "contents": row.contents,
        "lines": render_to_string("shipments/_import_lines.html", {"row": row}) if row.shown_lines else "",
        "plan": f"{CARRIER_NAMES.get(choice.carrier, choice.carrier)} · {_package_name(choice.package_type)}",
        "reason": row.failure or (plan.blocker.text if plan.blocker else ""),
        "total": money(order.total, order.currency),
        "announcement": row.announcement,
        "imported_at": natural_datetime(shipment.created_at) if shipment else "",
        "importer": (shipment.created_by or "") if shipment else "",
        "shipment_url": reverse("shipments:detail", args=[shipment.public_id]) if shipment else "",
    }


def _package_name(key: str) -> object:
    return PACKAGE_TYPES.get(key, key)

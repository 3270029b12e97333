"""The rows of the overview: what decides a row's structure, and its texts."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from carriers.choices import CARRIER_NAMES, PACKAGE_TYPES
from carriers.parcels import Address
from integrations.models import ExternalOrder
from lib.stored_messages import localized
from shipments.models import Shipment
from shipments.presentation.pill import pill_for
from shipments.presentation.update_mark import UpdateMark, update_mark
from shipments.states import Blocker, ShipmentStatus
from ui.row_templates import RowTemplate
from ui.templatetags.backoffice import flag, natural_datetime

# A name that is longer may be cut off in the narrowest column; a hint then shows all of it.
MAX_UNCUT_NAME = 16


class ShipmentRow(NamedTuple):
    """The shape of a row; see ``ui.row_templates``. ``line`` is what stands below the name."""

    is_selected: bool
    is_draft: bool
    has_label: bool
    is_registered: bool
    is_long_name: bool
    is_paid_then: bool
    line: str
    signature: bool
    only_recipient: bool
    is_insured: bool
    look: str
    icon: str
    has_barcode: bool
    is_tracked: bool
    has_parcels: bool
    mark: UpdateMark


TEMPLATE = RowTemplate(
    "shipments/_row.html",
    (
        *("order", "name", "shown_name", "line_text", "place", "created", "flag", "carrier", "package", "status"),
        *("barcode", "tracking_url", "parcels", "changed", "mark_text", "reason"),
    ),
    page="shipments:list",
)


def render_rows(shipments: Iterable[Shipment], *, is_selected: bool) -> SafeString:
    """The shipments need the columns of ``for_overview``."""
    return mark_safe("".join(_render(shipment, is_selected) for shipment in shipments))  # noqa: S308 - escaped rows


def _render(shipment: Shipment, is_selected: bool) -> SafeString:
    recipient, pill, mark = overview_recipient(shipment), pill_for(shipment), update_mark(shipment)
    line, line_text = _line_below_name(shipment)
    name = recipient.name
    shape = ShipmentRow(
        is_selected=is_selected,
        is_draft=shipment.is_draft,
        has_label=shipment.has_label,
        is_registered=shipment.status == ShipmentStatus.REGISTERED,
        is_long_name=len(name) > MAX_UNCUT_NAME,
        is_paid_then=is_paid_then(shipment.listed_at, shipment.order),
        line=line,
        signature=shipment.signature,
        only_recipient=shipment.only_recipient,
        is_insured=shipment.insurance > 0,
        look=pill.look,
        icon=pill.icon,
        has_barcode=bool(shipment.barcode),
        is_tracked=bool(shipment.tracking_link),
        has_parcels=shipment.parcel_count > 1,
        mark=mark,
    )
    texts = {
        "order": shipment.reference,
        "name": name,
        "shown_name": name or "–",
        "line_text": line_text,
        "place": recipient.city_line,
        "created": natural_datetime(shipment.listed_at),
        "flag": flag(shipment.country),
        "carrier": CARRIER_NAMES.get(shipment.carrier, shipment.carrier),
        "package": PACKAGE_TYPES.get(shipment.package_type, shipment.package_type),
        "status": pill.text,
        "barcode": shipment.barcode,
        "tracking_url": shipment.tracking_link,
        "parcels": shipment.parcel_count,
        "changed": natural_datetime(shipment.status_at) if shipment.barcode else "",
        "mark_text": mark.text,
        "reason": shipment.fulfillment.last_error_message if shipment.fulfillment else "",
    }
    return TEMPLATE.render(shape, shipment.public_id, texts)


def overview_recipient(shipment: Shipment) -> Address:
    """With what a row shows; ``Shipment.recipient`` reads columns that the overview does not load."""
    return Address(
        person=shipment.person, company=shipment.company, postal_code=shipment.postal_code, city=shipment.city
    )


def is_paid_then(listed_at: datetime, order: ExternalOrder | None) -> bool:
    """Whether the moment by which lists are sorted is when the order was paid, because the webshop said so."""
    return order is not None and order.paid_at == listed_at


def _line_below_name(shipment: Shipment) -> tuple[str, str]:
    """What stands below the name, and its text where it is not the town."""
    if shipment.is_draft and shipment.problems and shipment.blocked_by != Blocker.CUSTOMS:
        return "problem", localized(shipment.problems[0]["text"])
    if shipment.company and shipment.person:
        return "contact", shipment.person
    if shipment.pickup_code:
        return "point", f"{shipment.pickup_name}, {shipment.pickup_city}"
    return "town", ""

"""How far the shop system was told of a shipment, as lists and pages show it."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import Fulfillment
from shipments.models import Shipment


@dataclass(frozen=True, slots=True)
class UpdateMark:
    """``look`` is the CSS class behind ``sync--``; ``state`` is empty while nothing is to be told.

    Marks are compared by their structure: lists print the text apart.
    """

    look: str
    icon: str
    text: Promise = field(compare=False)
    state: str = ""

    @property
    def has_failed(self) -> bool:
        return self.look == "bad"

    @property
    def is_waiting(self) -> bool:
        return self.look == "wait"


AFTER_REAL_LABEL = UpdateMark("none", "dash", _("After the real label"))
AFTER_LABEL = UpdateMark("none", "dash", _("After label"))
NOT_APPLICABLE = UpdateMark("none", "dash", _("Not applicable"))


def update_mark(shipment: Shipment) -> UpdateMark:
    """Reads ``fulfillment``."""
    row = shipment.fulfillment
    if row is not None:
        return _told(row)
    if shipment.order_id is None:
        return NOT_APPLICABLE
    if shipment.is_test:
        return AFTER_REAL_LABEL
    return AFTER_LABEL if shipment.is_draft else NOT_APPLICABLE


def _told(row: Fulfillment) -> UpdateMark:
    if row.state == Fulfillment.State.DONE:
        return UpdateMark("ok", "check-c", _("Updated"), row.state)
    if row.has_failed:
        return UpdateMark("bad", "alert", _("Failed"), row.state)
    return UpdateMark("wait", "clock", _("Queued"), row.state)

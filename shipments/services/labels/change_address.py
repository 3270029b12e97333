"""Another address for a parcel that has its label: the label is canceled, and a new one made in its place."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.parcels import Address
from carriers.problems import Problem
from jobs.models import Job
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.edit import edit_draft
from shipments.services.drafts.save import EditConflict, NotADraft
from shipments.services.drafts.split import recreate_draft
from shipments.services.labels.cancel import SCANNED_MESSAGE, CancelError, cancel_label
from shipments.services.labels.preflight import label_blocker
from shipments.services.labels.register import start_labels
from shipments.states import UNDERWAY, ShipmentStatus

SAME_ADDRESS_MESSAGE = _("This is the address that is on the label already. Nothing was changed.")
NO_LABEL_MESSAGE = _("There is no label to replace. Nothing was changed.")


class AddressRejected(Exception):
    """A new label is not possible with this address; nothing was changed. ``problems`` say what to correct."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


class AlreadyReplaced(Exception):
    """Somebody replaced the label in the meantime, with another address. ``shipment`` is what it became."""

    def __init__(self, shipment: Shipment) -> None:
        super().__init__()
        self.shipment = shipment


def can_change_address(shipment: Shipment) -> bool:
    """Also of a label that was canceled: whoever lost the answer half-way goes on there."""
    return not shipment.is_return and (shipment.can_cancel or shipment.status == ShipmentStatus.CANCELED)


def is_code_known(shipment: Shipment) -> bool:
    """Whether the webshop or the buyer was told the code of this label."""
    sent = shipment.fulfillment is not None and shipment.fulfillment.sent_at is not None
    return sent or shipment.events.filter(kind=ShipmentEvent.Kind.OWN_MAIL).exists()


def change_address(shipment: Shipment, *, by: User, recipient: Address) -> Job:
    """Cancel the label, and start the job that makes the new one. What can be refused is, before anything is done.

    May be repeated after any lost answer: each step finds what the last try did. The webshop is told to withdraw the
    old code with the cancellation, and the new one with the new label. Raises AddressRejected, CancelError and
    AlreadyReplaced.
    """
    content = replace(shipment.content, recipient=recipient)
    if problems := content.problems(shipment.shop.capabilities):
        raise AddressRejected(problems)
    if shipment.status != ShipmentStatus.CANCELED:
        _cancel(shipment, by, recipient)
    try:
        draft = recreate_draft(shipment, by=by, content=content)
        if draft.is_draft and draft.recipient != recipient:
            draft = edit_draft(draft, by=by, version=draft.version, content=replace(draft.content, recipient=recipient))
    except (EditConflict, NotADraft) as changed:
        raise CancelError(NO_LABEL_MESSAGE) from changed
    if draft.recipient != recipient:
        raise AlreadyReplaced(draft)
    return _make_label(draft, by)


def _cancel(shipment: Shipment, by: User, recipient: Address) -> None:
    if shipment.status in UNDERWAY:
        raise CancelError(SCANNED_MESSAGE)
    if not can_change_address(shipment):
        raise CancelError(NO_LABEL_MESSAGE)
    if recipient == shipment.recipient:
        raise CancelError(SAME_ADDRESS_MESSAGE)
    if (blocker := label_blocker(shipment)) is not None:
        _code, message, _retryable = blocker
        raise CancelError(message)
    try:
        cancel_label(shipment, by=by)
    except CancelError:
        # Another press was first, or the carrier said meanwhile that an answer was lost.
        shipment.refresh_from_db(fields=["status"])
        if shipment.status != ShipmentStatus.CANCELED:
            raise
    shipment.refresh_from_db(fields=["status"])


def _make_label(draft: Shipment, by: User) -> Job:
    """On the shop's own paper. A second press finds the job of the first."""
    shop, key = draft.shop, f"address-{draft.public_id}-{draft.version}"
    rows = shop.shipments.filter(pk=draft.pk)
    return start_labels(shop, by, shipments=rows, layout=shop.label_layout, start=shop.label_start, key=key)

"""Messages of the order diagnosis: a reason and the next step for each code."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.providers import get_provider, platform_name

Explanation = tuple[Promise | str, Promise | str]
# Reasons that a platform may phrase itself.
OWN_CODES = ("permission", "no_store")
NOT_ALLOWED = _("The app does not have permission to read the orders of this site.")

REASONS: dict[str, Explanation] = {
    "not_found": (
        _("{platform} has no order with this number on this site, or its payment was never completed."),
        _(
            "Check the number in {platform} under Orders. An order placed within the last minute may "
            "take a moment to appear."
        ),
    ),
    "gone": (
        _("This order was removed from {platform}."),
        _("There is nothing to ship. If it was removed by mistake, ask {platform} to restore it."),
    ),
    "other_site": (
        _("This order belongs to another connected site: {site}."),
        _("Choose that site at the top of the import page."),
    ),
    "copied_site": (
        _("This site is a copy of another one, so its orders may already be sent from there."),
        _("Confirm on the {platform} page that this copy may be imported."),
    ),
    "paused": (
        _("{platform} asked us to slow down or isn't responding, so its orders aren't being read right now."),
        _("Nothing is lost. Check again in a few minutes."),
    ),
    "unreadable": (
        _("We could not read this order: {reason}"),
        _("The order is safe in {platform}. Correct it there, or click Try again on the import page."),
    ),
    "already": (
        _("This order has already been imported."),
        _("Open the shipment."),
    ),
    "pending": (
        _("The payment for this order is not complete yet."),
        _("Wait until {platform} shows it as paid; it then appears automatically."),
    ),
    "rejected": (
        _("The payment for this order failed, so {platform} rejected the order."),
        _("There is nothing to ship. The buyer can order again."),
    ),
    "erased": (
        _("The buyer's details in this order were erased: at their request, or because the time to keep them is over."),
        _("There is nothing to ship."),
    ),
    "canceled": (
        _("This order was cancelled in {platform}."),
        _("There is nothing to ship."),
    ),
    "unknown": (
        _("{platform} gives this order a status that we do not recognise yet."),
        _("Ship it from {platform}, and tell support which order it is."),
    ),
    "not_paid": (
        _("This order is not paid: the buyer will pay by bank transfer, in cash or later."),
        _("Mark it as paid in {platform}; it then appears automatically. Unpaid orders are never imported."),
    ),
    "payment_pending": (
        _("The payment for this order is authorised or under review, but has not been received."),
        _("Capture the payment in {platform}, or finish setting up your payment provider there."),
    ),
    "partially_paid": (
        _("This order is only partly paid."),
        _("Collect the rest and mark it as paid in {platform}; it then appears automatically."),
    ),
    "refunded": (
        _("This order was fully refunded."),
        _("There is nothing to ship."),
    ),
    "payment_canceled": (
        _("The payment for this order was cancelled or declined."),
        _("Ask the buyer to pay again, and mark the order as paid in {platform}."),
    ),
    "digital": (
        _("This order contains only digital items, gift cards or services."),
        _("There is nothing to ship. If it is a physical product, mark it as physical in {platform}."),
    ),
    "fulfilled_by_us": (
        _("This order was sent with {number}, a label created in this backoffice."),
        _("Look up the shipment by its barcode under Shipments."),
    ),
    "fulfilled_elsewhere": (
        _("This order has already been sent: {platform} shows {number} with {carrier}."),
        _("To send it again, delete that shipment from the order in {platform}."),
    ),
    "fulfilled_by_hand": (
        _("This order was manually marked as fulfilled in {platform}."),
        _("If it still has to be sent, mark it as unfulfilled in {platform}."),
    ),
    "archived": (
        _("This order is archived in {platform}."),
        _("Unarchive it in {platform}; it then appears automatically."),
    ),
    "pickup": (
        _("The buyer collects this order, so it does not need a label."),
        _("To send it after all, add a delivery address in {platform}."),
    ),
    "other_fulfiller": (
        _("Everything in this order is shipped by another party that you connected in {platform}."),
        _("That party ships it. To ship it yourself, change this for the product in {platform}."),
    ),
    "nothing_left": (
        _("Everything in this order has already been sent or refunded."),
        _("There is nothing left to ship."),
    ),
    "partially_refunded": (
        _("Part of this order was refunded, so we only import it if you ask us to."),
        _(
            "Check in {platform} what still has to be sent, then import it with the button; refunded "
            "items are left out."
        ),
    ),
    "imported": (
        _("This order was imported into {platform} from another platform, where it may already have been sent."),
        _("If it was not sent from there, import it with the button."),
    ),
    "preferences": (
        "{reason}",
        _("Change your parcel preferences, then import the order."),
    ),
    "just_read": (
        _("We had not read this order yet. It is now ready to be imported."),
        _("Import it with the button."),
    ),
    "offered": (
        _("This order is ready to be imported."),
        _("Import it with the button, or look for it in the list without filters."),
    ),
    "reconnect": (
        _("{platform} no longer accepts our connection to this site, so no orders are read."),
        _("We keep trying by ourselves. If it takes long, reconnect the site on the {platform} page."),
    ),
    "disconnected": (
        _("This site is no longer connected."),
        _("Connect it on the {platform} page."),
    ),
    "unreachable": (
        _("{platform} isn't responding, so we cannot tell right now."),
        _("Nothing is lost. Check again in a few minutes."),
    ),
    "rate_limited": (
        _("{platform} asked us to slow down, so we cannot tell right now."),
        _("Check again in a minute."),
    ),
    "broken": (
        _("We couldn't understand the response from {platform}."),
        _("Check again; if the problem persists, tell support which order it is."),
    ),
    "refused": (
        _("{platform} rejected our request."),
        _("Check the number and try again; if the problem persists, contact support."),
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    platform: str
    code: str
    facts: dict[str, str]

    @property
    def message(self) -> str:
        return self._filled(self._words[0])

    @property
    def next_step(self) -> str:
        return self._filled(self._words[1])

    @property
    def _words(self) -> Explanation:
        messages = get_provider(self.platform).messages
        own: dict[str, Explanation] = {
            "permission": (NOT_ALLOWED, messages.permission_step),
            "no_store": (messages.store_missing_for_order, messages.store_step),
        }
        return own.get(self.code) or REASONS[self.code]

    def _filled(self, message: Promise | str) -> str:
        return str(message).format(platform=platform_name(self.platform), **self.facts)


def reason(platform: str, code: str, **facts: str) -> Reason:
    """A code of ``REASONS`` or ``OWN_CODES``; an unknown code gives the message for an invalid response."""
    return Reason(platform, code if code in REASONS or code in OWN_CODES else "broken", facts)

"""Messages of the order diagnosis: a reason and the next step for each code."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.providers import get_provider, platform_name

Explanation = tuple[Promise | str, Promise | str]
# Reasons that a platform may phrase itself.
OWN_CODES = ("permission", "no_store")
NOT_ALLOWED = _("The app may not read the orders of this site.")

REASONS: dict[str, Explanation] = {
    "not_found": (
        _("{platform} knows no order with this number on this site, or its payment was never concluded."),
        _(
            "Check the number in {platform} under Orders. "
            "An order that was placed this minute can take a moment to appear."
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
        _("This site is a copy of another one, so its orders may be sent from there already."),
        _("Confirm on the {platform} page that this copy may be imported."),
    ),
    "paused": (
        _("{platform} asked us to slow down, or does not answer, so its orders are not read at this moment."),
        _("Nothing is lost. Ask again in a few minutes."),
    ),
    "unreadable": (
        _("We could not read this order: {reason}"),
        _("The order is safe in {platform}. Correct it there, or press Try again on the import page."),
    ),
    "already": (
        _("This order was imported already."),
        _("Open the shipment."),
    ),
    "pending": (
        _("The payment of this order is not concluded yet."),
        _("Wait until {platform} shows it as paid; then it appears by itself."),
    ),
    "rejected": (
        _("The payment of this order failed, so {platform} rejected the order."),
        _("There is nothing to ship. The buyer can order again."),
    ),
    "erased": (
        _("The buyer's details in this order were erased at their request."),
        _("There is nothing to ship."),
    ),
    "canceled": (
        _("This order was cancelled in {platform}."),
        _("There is nothing to ship."),
    ),
    "unknown": (
        _("{platform} gives this order a status that we do not know yet."),
        _("Ship it from {platform}, and tell our support which order it is."),
    ),
    "not_paid": (
        _("This order is not paid: the buyer pays by bank transfer, in cash or later."),
        _("Mark it as paid in {platform}; then it appears by itself. Unpaid orders are never imported."),
    ),
    "payment_pending": (
        _("The payment of this order is authorised or under review, but not received."),
        _("Capture the payment in {platform}, or finish setting up your payment provider there."),
    ),
    "partially_paid": (
        _("Only part of this order is paid."),
        _("Collect the rest and mark it as paid in {platform}; then it appears by itself."),
    ),
    "refunded": (
        _("This order was refunded completely."),
        _("There is nothing to ship."),
    ),
    "payment_canceled": (
        _("The payment of this order was cancelled or declined."),
        _("Ask the buyer to pay again, and mark the order as paid in {platform}."),
    ),
    "digital": (
        _("This order holds only digital items, gift cards or services."),
        _("There is nothing to ship. Is it a real product? Mark it as physical in {platform}."),
    ),
    "fulfilled_by_us": (
        _("This order was sent with {number}, a label of this backoffice."),
        _("Look the shipment up by its barcode under Shipments."),
    ),
    "fulfilled_elsewhere": (
        _("This order was sent already: {platform} holds {number} with {carrier}."),
        _("Must it be sent again? Remove that shipment from the order in {platform}."),
    ),
    "fulfilled_by_hand": (
        _("This order was marked as fulfilled in {platform} by hand."),
        _("Must it still be sent? Mark it as unfulfilled in {platform}."),
    ),
    "archived": (
        _("This order is archived in {platform}."),
        _("Take it out of the archive in {platform}; then it appears by itself."),
    ),
    "pickup": (
        _("The buyer picks this order up, so it needs no label."),
        _("Must it be sent after all? Give it a delivery address in {platform}."),
    ),
    "other_fulfiller": (
        _("Everything in this order is sent by another party that you connected in {platform}."),
        _("That party ships it. Do you ship it yourself? Change that for the product in {platform}."),
    ),
    "nothing_left": (
        _("Everything in this order was sent or refunded already."),
        _("There is nothing left to ship."),
    ),
    "partially_refunded": (
        _("Part of this order was refunded, so we do not import it without asking."),
        _("Check in {platform} what still has to be sent. Import it with the button; refunded items are left out."),
    ),
    "imported": (
        _("This order was brought into {platform} from another platform, where it may have been sent."),
        _("Was it not sent there? Import it with the button."),
    ),
    "preferences": (
        "{reason}",
        _("Change your parcel preferences, then import the order."),
    ),
    "just_read": (
        _("We had not read this order yet. We have now: it is ready to be imported."),
        _("Import it with the button."),
    ),
    "offered": (
        _("This order is ready to be imported."),
        _("Import it with the button, or look for it in the list without filters."),
    ),
    "reconnect": (
        _("{platform} no longer accepts our connection with this site, so no orders are read."),
        _("Connect the site again on the {platform} page."),
    ),
    "disconnected": (
        _("This site is no longer connected."),
        _("Connect it on the {platform} page."),
    ),
    "unreachable": (
        _("{platform} is not answering right now, so we cannot tell."),
        _("Nothing is lost. Ask again in a few minutes."),
    ),
    "rate_limited": (
        _("{platform} asked us to slow down, so we cannot tell right now."),
        _("Ask again in a minute."),
    ),
    "broken": (
        _("{platform} gave an answer that we do not understand."),
        _("Ask again; if it stays, tell our support which order it is."),
    ),
    "refused": (
        _("{platform} refused our question."),
        _("Check the number and ask again; if it stays, ask our support."),
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

"""Messages about platforms: what happened, what is safe and what to do."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.gateways import DEFAULT_GATEWAY, gateway_display_name
from integrations.providers import get_provider, platform_name

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CONSENT_MESSAGES = {
    "cancelled": _("Connecting was cancelled. You did not click {button} at {platform}. Nothing has changed."),
    "unknown_state": _("We do not recognise this link from {platform}. Give consent again from this page."),
    "expired": _("The link from {platform} has expired or was used before. Give consent again."),
    "other_session": _(
        "This consent was started by someone else or in another browser. Nothing was connected. Give "
        "consent again here."
    ),
    "app": _("The response from {platform} was for another app. Nothing was connected. Give consent again."),
    "signature": _(
        "The response from {platform} is not genuine: its signature is invalid. Nothing was "
        "connected. Give consent again."
    ),
    "stale": _("The response from {platform} is too old. Nothing was connected. Give consent again."),
    "instance": _("The response from {platform} is inconsistent. Nothing was connected. Give consent again."),
    "visitor": _(
        "{platform} responded for a visitor of the site instead of its owner. Log in to {platform} "
        "as the owner and try again."
    ),
    "site_mismatch": _(
        "According to {platform}, this is not the site you chose. Nothing was connected. Give consent again."
    ),
    "other_shop": _("This site is already connected to another shop. Revoke consent there first."),
    "unreachable": _("{platform} isn't responding. Nothing was connected. Try again in a few minutes."),
    "rejected": _("{platform} rejected the connection. Nothing was connected. Give consent again."),
}
CONNECTION_MESSAGES = {
    "unreachable": _("{platform} isn't responding. Nothing is lost; we'll keep retrying automatically."),
    "rate_limited": _("{platform} asked us to slow down. We'll continue by ourselves; nothing is lost."),
    "reconnect": _(
        "{platform} no longer accepts our connection. Imports and updates wait until it does; nothing is lost."
    ),
    "removed": _(
        "The app was probably deleted in {platform}. No orders have come in since. "
        "Your shipments and settings are kept."
    ),
    "other_site": _(
        "{platform} responds for a different site from the one you connected. Revoke consent and reconnect."
    ),
    "broken": _("We couldn't understand the response from {platform}. Nothing is lost; we'll retry automatically."),
    "refused": _(
        "{platform} rejected our request. Nothing is lost, and we ask again by ourselves. If this is still here in an "
        "hour, contact support."
    ),
    "crashed": _(
        "Reading the orders from {platform} failed because of an error in our program. Nothing is lost; we keep "
        "trying by ourselves. If this is still here in an hour, contact support."
    ),
    "unknown": _(
        "We sent the tracking number but got no response. We'll check with {platform} before sending it again."
    ),
    "revoked": _(
        "Consent was revoked before {platform} was updated. Reconnect and try again, or update the order in {platform}."
    ),
}
REJECTION_MESSAGES = {
    "order_gone": _("This order no longer exists in {platform}, so it could not be updated."),
    "order_not_open": _("{platform} no longer accepts shipments for this order; it was cancelled or is not approved."),
    "already_fulfilled": _(
        "{platform} already shows this order as fulfilled, but without a shipment we can add the tracking to."
    ),
    "line_taken": _(
        "{platform} already has a shipment with these items and does not accept a second one. Add "
        "the tracking number to that shipment in {platform}."
    ),
    "tracking_taken": _("{platform} already has this tracking number for another shipment."),
    "not_taken_back": _(
        "{platform} refused to delete the shipment of the cancelled label. Delete it from the order in {platform}."
    ),
    "told_twice": _(
        "{platform} has this parcel twice and refused to delete one. Delete the extra shipment from the order."
    ),
    "refused": _("{platform} rejected the update. Open the order in {platform}, or try again."),
    "crashed": _(
        "Updating this order failed three times in a row. Try again; if the problem persists, contact support."
    ),
    "delayed": _("{platform} could not be reached for three days. Try again."),
}
# By ``orders.UnreadableReason``: what is wrong with the order and what to do in the shop.
UNREADABLE_MESSAGES = {
    "shape": _(
        "{platform} gave us {order} in a form we do not understand. Ship it from {platform}, or contact support with "
        "the number of the order."
    ),
    "id": _(
        "{platform} gave us {order} without the mark by which we keep it apart from others. Ship it from {platform}, "
        "or contact support with the number of the order."
    ),
    "lines": _(
        "The list of articles in {order} cannot be read. Open the order in {platform}, check its articles and save it; "
        "then try again."
    ),
    "line_id": _(
        "An article in {order} cannot be told apart from the others. Remove it from the order in {platform}, add it "
        "again, and then try again."
    ),
    "line_twice": _(
        "Two articles in {order} cannot be told apart. Remove one from the order in {platform}, add it again, and "
        "then try again."
    ),
    "too_many_lines": _(
        "There are more than 1,000 different articles in {order}; that is more than we can handle. Split the order "
        "in {platform}, or ship it from there."
    ),
    "pieces": _(
        "The number of pieces of an article in {order} cannot be read, so we do not know how much to send. Open the "
        "order in {platform}, correct the number of pieces and save it; then try again."
    ),
    "sent_pieces": _(
        "{platform} shows that a part of {order} was sent, but not which part. Look at the shipments of the order in "
        "{platform}, correct them there, and then try again."
    ),
    "moment": _(
        "A date in {order} lies outside the calendar we can use. Correct the date in {platform}, then try again."
    ),
    "value": _(
        "An amount in {order} is not one we can calculate with. Correct the prices of the order in {platform}, then "
        "try again."
    ),
    "weight": _(
        "The weight of an article in {order} is not possible. Correct the weight of the article in {platform}, then "
        "try again."
    ),
    "not_stored": _(
        "Something in {order} cannot be kept, probably a sign in one of its texts. Open the order in {platform}, type "
        "the texts again and save it; then try again."
    ),
    "unexpected": _(
        "Something in {order} is new to us, so we set it aside and went on with the others. Ship it from {platform}, "
        "or contact support with the number of the order."
    ),
    "status": _(
        "{platform} does not say in a way we understand whether {order} is approved and paid, so it is not offered. "
        "Look at its status and payment in {platform}; once they are clear there, try again."
    ),
}
ELIGIBILITY_MESSAGES = {
    "not_approved": _("This order is not approved in {platform} yet."),
    "canceled": _("This order was cancelled in {platform}."),
    "not_paid": _("This order is not paid. Mark it as paid in {platform}, then refresh the orders."),
    "partially_refunded": _("Part of this order was refunded. Check in {platform} what still has to be sent."),
    "unknown": _(
        "{platform} does not say in a way we understand whether this order is approved and paid. Look at it in "
        "{platform}, then refresh the orders."
    ),
    "fulfilled": _("This order is already fulfilled in {platform}."),
    "archived": _("This order is archived in {platform}. Unarchive it first."),
    "pickup": _("The buyer collects this order, so there is nothing to ship."),
    "nothing_to_ship": _("There is nothing left to ship in this order."),
    "erased": _("The buyer's details in this order were erased, so it can no longer be shipped."),
    "imported": _(
        "This order was imported into {platform} from another platform; it may already have been sent from there."
    ),
}


# By the codes of ``services.connection_check``.
CHECK_NAMES = {
    "reach": _("Response"),
    "site": _("Site"),
    "store": _("Store"),
    "permissions": _("Permissions"),
    "clock": _("Clock"),
    "signatures": _("Messages"),
}
# Beyond this, signatures and queries by date become unreliable.
MAX_CLOCK_OFFSET_SECONDS = 60
Message = Promise | str


def consent_message(platform: str, code: str) -> Message:
    """Why nothing was connected."""
    messages = get_provider(platform).messages
    own = {"no_store": messages.store_missing_at_consent}
    message = own.get(code) or CONSENT_MESSAGES.get(code, CONSENT_MESSAGES["rejected"])
    return format_lazy(message, platform=platform_name(platform), button=messages.consent_button)


def site_taken_message(shop: str) -> Message:
    """Only for a user who may know which shop has the site."""
    return format_lazy(_("This site is already connected to shop {shop}."), shop=shop)


def permission_message(platform: str, name: str) -> Message:
    """``name`` is the platform's own name for the permission."""
    return format_lazy(get_provider(platform).messages.permission_missing_named, name=name)


def uncertain_permission_message(platform: str, name: str) -> Message:
    """The platform lists what was granted in words we do not know. ``name`` is its own name for the permission."""
    return format_lazy(
        _(
            "{platform} lists the permissions in words we do not know, so we cannot tell whether {name} is among them. "
            "We go on; if it refuses a call, we say so here."
        ),
        platform=platform_name(platform),
        name=name,
    )


def store_unknown_message(platform: str) -> Message:
    """The question for the site's orders got no answer that settles whether there is a store."""
    return _with_platform(
        platform, _("{platform} did not answer our question for orders just now. We ask again by ourselves.")
    )


def delivery_options_message(platform: str) -> Message:
    return format_lazy(get_provider(platform).messages.delivery_options, gateway=gateway_display_name(DEFAULT_GATEWAY))


def connection_message(platform: str, kind: str) -> Message:
    """``kind`` is one of ``circuit_breaker.error_kind``."""
    messages = get_provider(platform).messages
    own = {"permission": messages.permission_missing, "no_store": messages.store_missing}
    return own.get(kind) or _with_platform(platform, CONNECTION_MESSAGES.get(kind, CONNECTION_MESSAGES["broken"]))


def rejection_message(platform: str, code: str) -> Message:
    """Why an update failed. ``code``: one of providers.base.REJECTION_CODES, crashed, delayed or told_twice."""
    if code == "app_missing":
        return get_provider(platform).messages.store_missing_for_update
    return _with_platform(platform, REJECTION_MESSAGES.get(code, REJECTION_MESSAGES["refused"]))


def eligibility_message(platform: str, eligibility: str) -> Message:
    """Empty for an order that is offered for import."""
    return _with_platform(platform, ELIGIBILITY_MESSAGES[eligibility]) if eligibility in ELIGIBILITY_MESSAGES else ""


def unreadable_message(platform: str, reason: str, number: str) -> Message:
    """Why an order could not be read: ``reason`` is an ``UnreadableReason``. ``number`` may be empty."""
    order = format_lazy(_("order {number}"), number=number) if number else _("an order without a number")
    message = UNREADABLE_MESSAGES.get(reason, UNREADABLE_MESSAGES["shape"])
    return format_lazy(message, platform=platform_name(platform), order=order)


def _with_platform(platform: str, message: "_StrPromise") -> Message:
    return format_lazy(message, platform=platform_name(platform))

"""What went wrong with a shop system, in sentences that say what is safe and what to do."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

CONSENT = {
    "cancelled": _("Connecting was cancelled. You did not click Add to Site at Wix. Nothing has changed."),
    "unknown_state": _("We do not know this link from Wix. Give consent again from this page."),
    "expired": _("The link from Wix has expired or was used before. Give consent again."),
    "other_session": _(
        "This consent was started by somebody else or in another browser. "
        "Nothing was connected. Give consent again here."
    ),
    "app": _("Wix answered for another app. Nothing was connected. Give consent again."),
    "signature": _(
        "The answer from Wix is not genuine: its signature is wrong. Nothing was connected. Give consent again."
    ),
    "stale": _("The answer from Wix is too old. Nothing was connected. Give consent again."),
    "instance": _("The answer from Wix contradicts itself. Nothing was connected. Give consent again."),
    "visitor": _(
        "Wix answered for a visitor of the site instead of its owner. Log in at Wix as the owner and try again."
    ),
    "site_mismatch": _(
        "Wix says this is another site than the one you chose. Nothing was connected. Give consent again."
    ),
    "no_store": _(
        "This site has no Wix Stores, so there are no orders to ship. "
        "Install Wix Stores on the site and give consent again."
    ),
    "other_shop": _("This site is already connected to another shop. Revoke consent there first."),
    "unreachable": _("Wix is not answering right now. Nothing was connected. Try again in a few minutes."),
    "rejected": _("Wix refused the connection. Nothing was connected. Give consent again."),
}
TROUBLE = {
    "unreachable": _("Wix is not answering. Nothing is lost; we keep trying by ourselves."),
    "rate_limited": _("Wix asked us to slow down. We continue within a minute; nothing is lost."),
    "reconnect": _("Wix no longer accepts our connection. Importing and updating have stopped; connect again."),
    "permission": _(
        "Wix does not let the app manage orders. Accept the new permissions in Wix under Manage Apps and connect again."
    ),
    "removed": _(
        "The app was probably deleted in Wix. No orders have come in since. Your shipments and settings are kept."
    ),
    "other_site": _("Wix answers for another site than the one you connected. Revoke consent and connect again."),
    "no_store": _("This site has no Wix Stores any more. Install Wix Stores on the site, then check the connection."),
    "broken": _("Wix gave an answer we do not understand. Nothing is lost; we try again by ourselves."),
    "refused": _("Wix refused our question. Try again; if it stays, ask our support."),
    "unknown": _("We sent the tracking number but got no answer. We check with Wix before sending it again."),
    "revoked": _(
        "Consent was revoked before Wix was updated. Connect again and try again, or update the order in Wix."
    ),
}
REFUSED = {
    "order_gone": _("This order no longer exists in Wix, so it could not be updated."),
    "order_not_open": _("Wix does not accept shipments for this order any more; it was cancelled or is not approved."),
    "already_fulfilled": _(
        "Wix already shows this order as fulfilled, without a shipment we could add the tracking to."
    ),
    "line_taken": _(
        "Wix already has a shipment with these items and takes no second one. "
        "Add the tracking number to that shipment in Wix."
    ),
    "app_missing": _("Wix Stores is not installed on this site any more. Install it in Wix, then try again."),
    "tracking_taken": _("Wix knows this tracking number from another shipment."),
    "not_taken_back": _(
        "Wix refused to take the shipment of the cancelled label back. Remove it from the order in Wix."
    ),
    "told_twice": _("Wix holds this parcel twice and refused to remove one. Remove the extra shipment from the order."),
    "refused": _("Wix refused the update. Open the order in Wix, or try again."),
    "crashed": _("Updating this order failed three times in a row. Try again; if it stays, ask our support."),
    "delayed": _("Wix could not be reached for three days. Try again."),
}
VERDICT = {
    "not_approved": _("This order is not approved in Wix yet."),
    "canceled": _("This order was cancelled in Wix."),
    "not_paid": _("This order is not paid. Mark it as paid in Wix, then refresh the orders."),
    "partially_refunded": _("Part of this order was refunded. Check in Wix what still has to be sent."),
    "fulfilled": _("This order is already fulfilled in Wix."),
    "archived": _("This order is archived in Wix. Take it out of the archive first."),
    "pickup": _("The buyer picks this order up, so there is nothing to ship."),
    "nothing_to_ship": _("There is nothing left to ship in this order."),
    "erased": _("The buyer's details in this order were erased at their request, so it cannot be shipped any more."),
    "imported": _("This order was brought into Wix from another platform; it may have been sent from there."),
}


CHECKS = {
    "reach": _("Answer"),
    "site": _("Site"),
    "store": _("Store"),
    "permissions": _("Permissions"),
    "clock": _("Clock"),
    "signatures": _("Messages"),
}
"""What was checked, by the codes of ``services.checking``."""
CLOCK_LIMIT = 60
"""Seconds by which clocks may differ before signatures and reading by date become unreliable."""


def consent_sentence(code: str) -> Promise:
    """Why nothing was connected."""
    return CONSENT.get(code, CONSENT["rejected"])


def taken_sentence(shop: str) -> Promise | str:
    """Why nothing was connected, to somebody who may know which shop has the site."""
    return format_lazy(_("This site is already connected to shop {shop}."), shop=shop)


def permission_sentence(name: str) -> Promise | str:
    """What to do when the shop system does not let us do something; ``name`` is its own name for the permission."""
    return format_lazy(
        _(
            "Wix does not give the app the permission {name}. Accept the new permissions in Wix under Manage Apps, "
            "then check the connection."
        ),
        name=name,
    )


def trouble_sentence(kind: str) -> Promise:
    """What is wrong between us and the shop, for a kind of ``services.health.kind_of``."""
    return TROUBLE.get(kind, TROUBLE["broken"])


def refusal_sentence(code: str) -> Promise:
    """Why the shop was not told; ``code`` is one of providers.base.REFUSALS, or crashed, delayed or told_twice."""
    return REFUSED.get(code, REFUSED["refused"])


def verdict_sentence(verdict: str) -> Promise | str:
    """Why an order is not offered for import; empty for one that is."""
    return VERDICT.get(verdict, "")

"""The tracking details of a fulfillment: validation, Wix's own links, and mails to the buyer."""

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox import switches, webhooks
from sandbox.errors import application_error, as_dict, validation_error
from sandbox.history import record_activity
from sandbox.models import Fulfillment, Mail, Order, Site

# Carriers for which Wix generates the link. The format of the last one is our assumption.
KNOWN_LINKS = {
    "fedex": "https://www.fedex.com/apps/fedextrack/?action=track&trackingnumber={}",
    "ups": "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction.action?tLabels={}",
    "dhl": "https://www.logistics.dhl/global-en/home/tracking.html?tracking-id={}",
    "canadaPost": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
}
MAX_LENGTHS = {"trackingNumber": 100, "shippingProvider": 100, "trackingLink": 2048}


def parse_tracking(wanted: Any) -> dict[str, str]:
    """Validate the tracking details of a request and add a known carrier's link. Raises WixError 400."""
    field = "fulfillment.trackingInfo"
    tracking = {name: value for name, value in as_dict(wanted, field).items() if name in MAX_LENGTHS}
    for name, value in tracking.items():
        _check_length(f"{field}.{name}", value, MAX_LENGTHS[name])
    link = tracking.get("trackingLink")
    if link and (urlsplit(link).scheme not in {"http", "https"} or not urlsplit(link).netloc):
        raise validation_error(f"{field}.trackingLink", "must be a URL")
    _add_link(tracking)
    return tracking


def _add_link(tracking: dict[str, str]) -> None:
    """Add a known carrier's link. What happens to a given or a missing link is unconfirmed."""
    carrier, number, values = tracking.get("shippingProvider", ""), tracking.get("trackingNumber"), switches.read()
    makes_one = carrier in KNOWN_LINKS and (carrier != "canadaPost" or values["canada_post_link"] == "made")
    if makes_one and number:
        if "trackingLink" not in tracking or values["known_link"] == "replaced":
            tracking["trackingLink"] = KNOWN_LINKS[carrier].format(number)
    elif carrier and "trackingLink" not in tracking and values["custom_without_link"] == "refused":
        description = "is required for a shipping provider that is not known"
        raise validation_error("fulfillment.trackingInfo.trackingLink", description, "REQUIRED")


def _check_length(field: str, value: Any, max_length: int) -> None:
    if not isinstance(value, str):
        raise validation_error(field, "must be text", "TYPE")
    if not value:
        raise validation_error(field, "has size 0, expected 1 or more", "MIN_LENGTH", threshold=1)
    if len(value) > max_length:
        description = f"has size {len(value)}, expected {max_length} or less"
        raise validation_error(field, description, "MAX_LENGTH", threshold=max_length)


def check_unique(site: Site, order: Order, number: str) -> None:
    """Raises WixError 409 if the number is in use within the scope that a switch chooses."""
    scope, rows = switches.read()["tracking_scope"], Fulfillment.objects.filter(tracking_number=number)
    rows = rows.filter(order=order) if scope == "order" else rows.filter(order__site=site)
    if number and scope != "none" and rows.exists():
        raise application_error(
            409,
            "TRACKING_NUMBER_ALREADY_EXISTS",
            "Tracking number already exists",
            "A fulfillment with this tracking number already exists",
        )


def mail_buyer(order: Order, tracking: dict[str, str], before: str | None = None) -> None:
    """Record a new tracking number, and mail the buyer if the site's setting allows it.

    ``before`` is the fulfillment's previous number, None for a new fulfillment.
    """
    number = tracking.get("trackingNumber", "")
    if number and number != before:
        record_activity(order, "TRACKING_NUMBER_EDITED" if before else "TRACKING_NUMBER_ADDED")
        if tracking.get("trackingLink"):
            record_activity(order, "TRACKING_LINK_ADDED")
    email = (order.data.get("buyerInfo") or {}).get("email", "")
    if (
        not order.site.sends_mail
        or not re.fullmatch(r"[^@\s]+@[^@\s]+", email)
        or not _should_mail(order, number, before)
    ):
        return
    Mail.objects.create(
        order=order,
        to=email,
        subject=f"Shipping confirmation for order #{order.number}",
        tracking_number=number,
        tracking_link=tracking.get("trackingLink", ""),
        provider=tracking.get("shippingProvider", ""),
    )
    record_activity(order, "SHIPPING_CONFIRMATION_EMAIL_SENT")


def _should_mail(order: Order, number: str, before: str | None) -> bool:
    """Always true for a first number; other cases are unconfirmed, so switches decide."""
    values = switches.read()
    if values["mail_per"] == "order" and order.mails.exists():
        return False
    if number == (before or ""):
        return before is None and values["mail_without_tracking"]
    return bool(number) and (not before or values["mail_on_change"])


def fulfilled_event(before: str, now: str) -> tuple[webhooks.Event, ...]:
    """The event of a changed fulfillment status; Wix has one for fulfilled orders only."""
    if before == now or now != "FULFILLED":
        return ()
    facts = {"previousFulfillmentStatus": before, "newFulfillmentStatus": now}
    facts["action"] = switches.read()["fulfilled_action"]
    return (webhooks.action("fulfilled", **facts),)

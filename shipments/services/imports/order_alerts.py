"""Order fingerprints and the messages about changed orders. Pure functions."""

from collections.abc import Mapping
from functools import lru_cache
from hmac import HMAC
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from integrations.orders import UNSHIPPABLE, ImportEligibility, OrderData, PaymentStatus, import_eligibility
from integrations.providers import platform_name
from shipments.states import OrderAlert

PART_NAMES: dict[str, Promise] = {
    "address": _("the delivery address"),
    "contact": _("the buyer's contact details"),
    "pieces": _("the items"),
}
LABEL_MESSAGES = {
    "canceled": _("The order was cancelled in {platform} after its label was created. Do not send this parcel."),
    "refunded": _("The order was refunded in {platform} after its label was created. Check what still has to be sent."),
    "edited": _("The order was changed in {platform} after its label was created. Check the label before you send it."),
}
DRAFT_MESSAGES = {
    "canceled": _("The order was cancelled in {platform}, so no label can be created. Delete this draft."),
    "refunded": _("The order was refunded in {platform}. Check what still has to be sent."),
    "edited": _(
        "The order was changed in {platform} after you edited this draft. Nothing you entered was overwritten."
    ),
    "fulfilled": _(
        "The order was marked as sent in {platform}. Only create a label if you still need to send a parcel."
    ),
}


def fingerprint(order: OrderData) -> dict[str, Any]:
    """The parts of an order that matter for a parcel. Personal data is included as a keyed hash only."""
    lines = [line for line in order.lines if line.shippable and not line.third_party_fulfilled]
    address, point = order.address, order.pickup_point
    to_point = (point.street, point.number, point.line1, point.postal_code, point.city, point.country)
    return {
        "address": _digest(address.name, address.company, address.street, address.number, address.line1,
                           address.line2, address.postal_code, address.city, address.region, address.country,
                           *(to_point if order.goes_to_pickup_point else ())),
        "contact": _digest(order.email, address.phone),
        # What was chosen can hold personal data, such as a name to engrave.
        "choices": _digest(*(f"{line.id} {line.choices} {line.amount}" for line in lines)),
        "pieces": {line.id: line.quantity - line.refunded for line in lines},
        "open": {line.id: line.quantity_to_ship for line in lines},
        "refunded": sum(line.refunded for line in lines),
        "verdict": import_eligibility(order).value,
    }  # fmt: skip


def _digest(*parts: str) -> str:
    digest = _keyed_hash(settings.SECRET_KEY).copy()
    digest.update("\0".join(parts).encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=4)
def _keyed_hash(secret: str) -> HMAC:
    """Of nothing yet: the key takes longer to make than a digest."""
    return salted_hmac("order", "", secret=secret)


def changed_parts(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Empty without an earlier fingerprint; one from before choices were read says nothing about them."""
    changed = {part for part in PART_NAMES if before and before.get(part) != now[part]}
    if "choices" in before and before["choices"] != now["choices"]:
        changed.add("pieces")
    return [part for part in PART_NAMES if part in changed]


def classify_change(
    order: OrderData, before: Mapping[str, Any], now: Mapping[str, Any], *, labeled: bool
) -> OrderAlert:
    eligibility = import_eligibility(order)
    if eligibility is ImportEligibility.UNKNOWN:
        return OrderAlert.EDITED if before and before.get("verdict") != eligibility else OrderAlert.NONE
    if eligibility in UNSHIPPABLE:
        return OrderAlert.REFUNDED if order.payment is PaymentStatus.REFUNDED else OrderAlert.CANCELED
    if before and now["refunded"] > before.get("refunded", 0):
        return OrderAlert.REFUNDED
    if eligibility is ImportEligibility.FULFILLED and not labeled:
        return OrderAlert.FULFILLED
    return OrderAlert.EDITED if changed_parts(before, now) else OrderAlert.NONE


def changes_message(parts: list[str]) -> Promise | str:
    pattern = ", ".join("{}" for _part in parts)
    return format_lazy(
        _("Changed in the webshop: {what}."), what=format_lazy(pattern, *(PART_NAMES[part] for part in parts))
    )


def alert_message(platform: str, alert: str, *, labeled: bool) -> Promise | str:
    """What the merchant should do; empty without an alert."""
    message = (LABEL_MESSAGES if labeled else DRAFT_MESSAGES).get(alert)
    return format_lazy(message, platform=platform_name(platform)) if message else ""

"""Pick-up points: where a carrier has them, what a parcel to one needs, and when a chosen point no longer applies."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capability_rules import EVERY_ACCOUNT, PICKUP, AccountCapabilities
from carriers.choices import CARRIER_NAMES, CARRIERS
from carriers.contact_rules import with_usable_contact
from carriers.parcels import Address, Destination, ParcelChoice, PickupPoint
from carriers.problems import Problem, Text

PLACE_FIELDS = ("street", "number", "postal_code", "city")
# Fields of problems that a recipient without an address has, who collects the parcel.
OWN_ADDRESS_FIELDS = frozenset({*PLACE_FIELDS, "suffix", "box", "extra", "region"})
# The field of problems with the point itself.
POINT_FIELD = "pickup_point"
CHOOSE_MESSAGE = _("Choose the pick-up point, or another delivery type.")
CONTACT_MESSAGE = _("Enter an email address or phone number: the buyer is told when the parcel can be collected.")
WEEKDAYS = {
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
}


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """``day`` is a key of WEEKDAYS; ``times`` are like 09:00–18:00, none when it is closed."""

    day: str
    times: tuple[str, ...]

    @property
    def name(self) -> Text:
        return WEEKDAYS[self.day]


@dataclass(frozen=True, slots=True)
class OfferedPoint:
    """A point near an address. ``distance`` is in metres, None when unknown; ``hours`` are empty when unknown."""

    point: PickupPoint
    distance: int | None = None
    hours: tuple[OpeningHours, ...] = ()
    is_locker: bool = False


def offers_pickup(
    carrier: str, package_type: str, destination: Destination, account: AccountCapabilities = EVERY_ACCOUNT
) -> bool:
    return account.row_for(carrier, package_type, destination, collected=True) is not None


def to_pickup(choice: ParcelChoice, destination: Destination) -> ParcelChoice:
    """The choice for a delivery to a point: its own carrier first, then PostNL, then any carrier with points there."""
    for carrier in dict.fromkeys((choice.carrier, *CARRIERS)):
        for package_type in dict.fromkeys((choice.package_type, "package")):
            if offers_pickup(carrier, package_type, destination):
                return replace(choice, carrier=carrier, package_type=package_type, delivery_type=PICKUP)
    return replace(choice, delivery_type=PICKUP)


def has_own_address(recipient: Address) -> bool:
    return any(getattr(recipient, name) for name in PLACE_FIELDS)


def label_recipient(recipient: Address, point: PickupPoint | None) -> Address:
    """The recipient as registered: with the own address, and with that of the point when no other is known.

    Tracking pages ask for the postcode that was registered, so links follow this one.
    """
    if point is None or has_own_address(recipient):
        return recipient
    place = point.address
    return replace(
        recipient,
        street=place.street,
        number=place.number,
        suffix=place.suffix,
        house_number="",
        postal_code=place.postal_code,
        city=place.city,
        country=place.country,
    )


def pickup_problems(choice: ParcelChoice, point: PickupPoint | None, recipient: Address) -> Iterator[Problem]:
    """What a delivery to a point lacks; nothing for another delivery type."""
    if choice.delivery_type != PICKUP:
        return
    if point is None or not point.code:
        yield Problem(POINT_FIELD, "pickup_point", CHOOSE_MESSAGE)
    elif kept_point(point, choice, recipient.country) is None:
        yield Problem(POINT_FIELD, "pickup_point", dropped_message(point, choice))
    usable = with_usable_contact(recipient)
    if not usable.email and not usable.phone:
        yield Problem("email", "contact_missing", CONTACT_MESSAGE)


def kept_point(point: PickupPoint | None, choice: ParcelChoice, country: str) -> PickupPoint | None:
    """None when the choice no longer goes to this point: another delivery type, carrier or country."""
    if point is None or choice.delivery_type != PICKUP or point.carrier != choice.carrier:
        return None
    return point if country in ("", point.country) else None


def dropped_message(point: PickupPoint, choice: ParcelChoice) -> Text:
    """Why ``kept_point`` gave up this point, and what to do."""
    if choice.delivery_type != PICKUP:
        return format_lazy(_("The parcel no longer goes to the pick-up point {point}."), point=point.name)
    if point.carrier != choice.carrier:
        return format_lazy(
            _("The pick-up point {point} belongs to {old}. Choose a pick-up point of {new}."),
            point=point.name,
            old=CARRIER_NAMES.get(point.carrier, point.carrier),
            new=CARRIER_NAMES.get(choice.carrier, choice.carrier),
        )
    return format_lazy(
        _("The pick-up point {point} is in another country than the recipient. Choose another one."), point=point.name
    )

"""The columns of a CSV file of shipments. An import recognizes Dutch and English titles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carriers.choices import CARRIER_NAMES, DRAFT_DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from lib.stored_messages import in_all_languages
from shipments.models import Shipment

# The delimiter a spreadsheet expects, by language.
DELIMITERS = {"nl": ";", "en": ","}
YES, NO = _("yes"), _("no")


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` identifies the column in every language; an import reads only columns with ``is_read``.

    ``former`` are English titles of earlier releases, so that files exported then can be imported.
    """

    key: str
    title: Promise | str
    value: Callable[[Shipment], object]
    is_read: bool = True
    former: tuple[str, ...] = ()

    @property
    def titles(self) -> set[str]:
        names = (*in_all_languages(self.title).values(), *self.former)
        return {self.key, *(name.casefold() for name in names)}


def _field(name: str) -> Callable[[Shipment], object]:
    return lambda shipment: getattr(shipment, name)


def _named(name: str, names: Mapping[str, Promise | str]) -> Callable[[Shipment], object]:
    return lambda shipment: names.get(getattr(shipment, name), getattr(shipment, name))


def _flag(name: str) -> Callable[[Shipment], object]:
    return lambda shipment: YES if getattr(shipment, name) else NO


def _local_time(name: str) -> Callable[[Shipment], object]:
    def text(shipment: Shipment) -> str:
        time: datetime | None = getattr(shipment, name)
        return timezone.localtime(time).strftime("%Y-%m-%d %H:%M") if time else ""

    return text


def _suffix(shipment: Shipment) -> str:
    """With its sign, such as /3, so that it reads the same when it comes back."""
    return shipment.recipient.signed_suffix


def _pickup_point(shipment: Shipment) -> str:
    """Not read back: a point may have closed since, so it is chosen again."""
    point = shipment.pickup
    return f"{point.name}, {point.place}" if point else ""


def _items(shipment: Shipment) -> str:
    return "; ".join(line.text for line in shipment.lines)


COLUMNS = (
    Column("reference", _("Reference"), _field("reference")),
    Column("person", _("Name"), _field("person")),
    Column("company", _("Company"), _field("company")),
    Column("street", _("Street"), _field("street")),
    Column("number", _("House number"), _field("number")),
    Column("suffix", _("Suffix"), _suffix, former=("Addition",)),
    Column("box", _("Box number"), _field("box")),
    Column("extra", _("Extra address line"), _field("extra")),
    Column("postal_code", _("Postcode"), _field("postal_code")),
    Column("city", _("Town"), _field("city")),
    Column("region", _("Region"), _field("region")),
    Column("country", _("Country code"), _field("country")),
    Column("email", _("Email address"), _field("email"), former=("E-mail address",)),
    Column("phone", _("Phone"), _field("phone")),
    Column("carrier", _("Carrier"), _named("carrier", CARRIER_NAMES)),
    Column("package_type", _("Package type"), _named("package_type", PACKAGE_TYPES)),
    Column(
        "delivery_type", _("Delivery type"), _named("delivery_type", DRAFT_DELIVERY_TYPES), former=("Delivery moment",)
    ),
    *(Column(key, name, _flag(key)) for key, name in OPTIONS.items()),
    Column("insurance", _("Insured amount (euro)"), lambda shipment: shipment.insurance // 100),
    Column("weight", _("Weight (grams)"), _field("weight")),
    Column("description", _("Text on the label"), _field("description")),
    Column("pickup_point", _("Pick-up point"), _pickup_point, is_read=False),
    Column("items", _("Items"), _items, is_read=False),
    Column("status", _("Status"), lambda shipment: shipment.get_status_display(), is_read=False),
    Column("created", _("Created"), _local_time("created_at"), is_read=False),
    # The code of a test label must not reach a buyer by way of another program.
    Column("barcode", _("Barcode"), lambda shipment: "" if shipment.is_test else shipment.barcode or "", is_read=False),
    Column("tracking_url", _("Tracking link"), _field("tracking_url"), is_read=False),
    Column("registered", _("Label created"), _local_time("registered_at"), is_read=False),
    Column("delivered", _("Delivered at"), _local_time("delivered_at"), is_read=False),
    Column("value", _("Value"), _field("value"), is_read=False),
    Column("currency", _("Currency"), _field("currency"), is_read=False),
)

"""Maps Wix's orders to ours: pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from integrations.order_ranges import NO_CURRENCY
from integrations.orders import (
    NO_ADDRESS,
    FulfillmentStatus,
    OrderAddress,
    OrderData,
    OrderLine,
    OrderStatus,
    PaymentStatus,
    SoldAmount,
    Unread,
)
from integrations.providers.wix.line_choices import choices_of, sold_amount
from integrations.providers.wix.payloads import (
    Contact,
    LineItem,
    Logistics,
    OrderFulfillments,
    PartyDetails,
    WixAddress,
    WixOrder,
)
from lib.countries import country_codes, iso_country
from lib.text import clean_text, decode_entities

GRAMS_IN_POUND = Decimal("453.59237")
GRAMS_IN = {
    "mg": Decimal("0.001"),
    "g": Decimal(1),
    "kg": Decimal(1000),
    "oz": GRAMS_IN_POUND / 16,
    "lb": GRAMS_IN_POUND,
}
# In any unit: heavier than everything that is sent.
MAX_WEIGHT = Decimal(10**6)
# An order gives "UNSPECIFIED_WEIGHT_UNIT" or nothing when its site never chose a unit.
GRAMS_IN_UNIT = {
    "KG": Decimal(1000),
    "LB": GRAMS_IN_POUND,
    "UNSPECIFIED_WEIGHT_UNIT": Decimal(1000),
    "": Decimal(1000),
}
# Stands for a unit that was there and could not be read.
UNREAD_UNIT = "?"
STATUS = {
    "APPROVED": OrderStatus.APPROVED,
    "PENDING": OrderStatus.PENDING,
    "INITIALIZED": OrderStatus.PENDING,
    "REJECTED": OrderStatus.REJECTED,
    "CANCELED": OrderStatus.CANCELED,
}
PAYMENT = {
    "PAID": PaymentStatus.PAID,
    "NOT_PAID": PaymentStatus.NOT_PAID,
    "PENDING": PaymentStatus.PENDING,
    "PENDING_MERCHANT": PaymentStatus.PENDING,
    "PARTIALLY_PAID": PaymentStatus.PARTIALLY_PAID,
    "PARTIALLY_REFUNDED": PaymentStatus.PARTIALLY_REFUNDED,
    "FULLY_REFUNDED": PaymentStatus.REFUNDED,
    "CANCELED": PaymentStatus.CANCELED,
    "DECLINED": PaymentStatus.CANCELED,
}
FULFILLMENT = {
    "NOT_FULFILLED": FulfillmentStatus.NOT_FULFILLED,
    "PARTIALLY_FULFILLED": FulfillmentStatus.PARTIALLY_FULFILLED,
    "FULFILLED": FulfillmentStatus.FULFILLED,
}
MAX_CHECKOUT_ANSWERS = 20
UNSHIPPABLE_PRESETS = frozenset({"DIGITAL", "GIFT_CARD", "SERVICE"})


@dataclass
class Cleaner:
    """Cleans texts, reads their HTML entities once, and records which were cut and which had entities."""

    warnings: list[str] = field(default_factory=list)
    decoded: list[str] = field(default_factory=list)

    def __call__(self, value: str | None, limit: int, name: str) -> str:
        if not value:
            return ""
        if len(value) <= limit and "&" not in value and value.isascii() and value.isprintable():
            return value.strip()
        given = value
        read = decode_entities(given)
        if read != given:
            self.decoded.append(name)
        text, was_cut = clean_text(read, limit)
        if was_cut:
            self.warnings.append(name)
        return text


def order_data(order: WixOrder, fulfillments: OrderFulfillments | None = None) -> OrderData:
    """With ``fulfillments`` the quantities already fulfilled are on the lines."""
    text = Cleaner()
    fulfilled = fulfilled_quantities(fulfillments)
    logistics = order.shipping_info.logistics if order.shipping_info else None
    total = order.price_summary.total if order.price_summary else None
    times = _activity_times(order)
    placed_at = order.created_date or min([*times, order.updated_date or datetime.now(UTC)])
    weight_unit = UNREAD_UNIT if Unread.WEIGHT_UNIT in order.unread else order.weight_unit
    collection = collection_of(logistics)
    return OrderData(
        external_id=order.id,
        number=text(order.number, 50, "number"),
        created_at=placed_at,
        updated_at=order.updated_date or max([placed_at, *times]),
        status=STATUS.get(order.status, OrderStatus.UNKNOWN),
        payment=PAYMENT.get(order.payment_status, PaymentStatus.UNKNOWN),
        fulfillment=FULFILLMENT.get(order.fulfillment_status, FulfillmentStatus.UNKNOWN),
        lines=tuple(_line(line, weight_unit, fulfilled, text) for line in order.line_items),
        address=_address(order, text),
        email=text(order.buyer_info.email if order.buyer_info else "", 254, "email"),
        currency=order.currency or NO_CURRENCY,
        total=total.amount if total and total.amount is not None else Decimal(0),
        archived=bool(order.archived),
        pickup=collection is Collection.SHOP,
        imported=bool(order.imported),
        shipping_method=text(order.shipping_info.title if order.shipping_info else "", 250, "shipping_method"),
        buyer_note=text(order.buyer_note, 1000, "buyer_note"),
        instructions=text(logistics.instructions if logistics else "", 1000, "instructions"),
        buyer_language=text(order.buyer_language, 10, "buyer_language"),
        checkout_answers=_checkout_answers(order, text),
        delivery_slot=_delivery_slot(logistics, text),
        is_manual=bool(order.channel_info and order.channel_info.type == "BACKOFFICE_MERCHANT"),
        buyer_mail_times=_activity_times(order, "SHIPPING_CONFIRMATION_EMAIL_SENT"),
        paid_at=next(iter(_activity_times(order, "ORDER_PAID")), None),
        pickup_point=_pickup_point(logistics, text),
        is_for_pickup_point=collection is Collection.POINT,
        is_pickup_unclear=collection is Collection.UNCLEAR,
        euro_rate=_euro_rate(order),
        warnings=tuple(text.warnings),
        decoded=tuple(dict.fromkeys(text.decoded)),
        unread=_unread(order),
    )


def _euro_rate(order: WixOrder) -> Decimal | None:
    """Wix converts from the shop's currency to the buyer's, so it says something of euros for a shop in euros only."""
    details = order.currency_conversion_details
    if details is None or details.original_currency != "EUR" or order.currency in (None, "EUR"):
        return None
    rate = details.conversion_rate
    return rate if rate is not None and rate > 0 else None


def _checkout_answers(order: WixOrder, text: Cleaner) -> tuple[tuple[str, str], ...]:
    """An answer can be text, a number, a choice or several."""
    found = []
    for custom_field in order.custom_fields[:MAX_CHECKOUT_ANSWERS]:
        given = custom_field.value if isinstance(custom_field.value, list) else [custom_field.value]
        answer = ", ".join(str(value) for value in given if isinstance(value, str | int | float) and value != "")
        if answer:
            found.append((text(custom_field.title, 100, "checkout_answers"), text(answer, 250, "checkout_answers")))
    return tuple(found)


def _delivery_slot(logistics: Logistics | None, text: Cleaner) -> str:
    """A time slot is the only sign of a local delivery."""
    if logistics is None or logistics.delivery_time_slot is None or logistics.delivery_time_slot.start is None:
        return ""
    return text(logistics.delivery_time, 100, "delivery_slot") or logistics.delivery_time_slot.start.isoformat()


def _unread(order: WixOrder) -> tuple[Unread, ...]:
    """What the merchant is told that was there and not understood, in a lasting order."""
    unread = set(order.unread)
    if order.weight_unit and order.weight_unit not in GRAMS_IN_UNIT:
        unread.add(Unread.WEIGHT_UNIT)
    if not order.currency:
        unread.add(Unread.CURRENCY)
    if order.created_date is None:
        unread.add(Unread.PLACED_AT)
    if order.updated_date is None:
        unread.add(Unread.CHANGED_AT)
    return tuple(part for part in Unread if part in unread)


def _activity_times(order: WixOrder, activity: str = "") -> tuple[datetime, ...]:
    """Sorted; of every activity when none is named."""
    times = [entry.created_date for entry in order.activities if not activity or entry.activity_type == activity]
    return tuple(sorted(time for time in times if time is not None))


def fulfilled_quantities(fulfillments: OrderFulfillments | None) -> Mapping[str, int]:
    """By line id."""
    fulfilled: dict[str, int] = {}
    for fulfillment in fulfillments.fulfillments if fulfillments else []:
        for line in fulfillment.line_items:
            fulfilled[line.id] = fulfilled.get(line.id, 0) + (line.quantity or 0)
    return fulfilled


def _line(line: LineItem, weight_unit: str | None, fulfilled: Mapping[str, int], text: Cleaner) -> OrderLine:
    physical, name, amount = line.physical_properties, line.product_name, sold_amount(line, text)
    return OrderLine(
        id=line.id,
        name=text((name.original or name.translated) if name else "", 200, "product_name"),
        quantity=line.quantity,
        sku=text(physical.sku if physical else "", 40, "sku"),
        refunded=line.refund_quantity or 0,
        fulfilled=min(line.quantity, fulfilled.get(line.id, 0)),
        shippable=_is_shippable(line),
        third_party_fulfilled=bool(line.fulfiller_id),
        weight=_grams(line, weight_unit, amount),
        unit_value=_unit_value(line),
        choices=choices_of(line, text),
        amount=amount,
    )


def _is_shippable(line: LineItem) -> bool:
    """As Wix says, else by the item type; unknown types are shippable."""
    preset = line.item_type.preset if line.item_type else None
    if line.physical_properties and line.physical_properties.shippable is not None:
        return line.physical_properties.shippable
    return preset not in UNSHIPPABLE_PRESETS


def _grams(line: LineItem, unit: str | None, amount: SoldAmount | None) -> int | None:
    """Whole grams per unit; None without a weight or without a unit we know. 0 and less mean that Wix has none.

    What is sold by weight weighs at least that.
    """
    physical, grams_in_unit = line.physical_properties, GRAMS_IN_UNIT.get(unit or "")
    weight = physical.weight if physical else None
    known = weight if weight is not None and weight.is_finite() and weight > 0 else Decimal(0)
    grams = min(known, MAX_WEIGHT) * (grams_in_unit or 0)
    sold = min(amount.value, MAX_WEIGHT) * GRAMS_IN.get(amount.unit, 0) if amount else Decimal(0)
    heaviest = max(grams, sold)
    return max(1, round(heaviest)) if heaviest > 0 else None


def _unit_value(line: LineItem) -> Decimal | None:
    """The customs value of a unit: before tax, else the price."""
    whole = line.total_price_before_tax.amount if line.total_price_before_tax else None
    if whole is not None and line.quantity:
        return whole / line.quantity
    return line.price.amount if line.price else None


def _address(order: WixOrder, text: Cleaner) -> OrderAddress:
    """The shipping destination, else the recipient, else the billing address.

    The destination of an order that is collected is where that happens, if Wix gives one at all: the buyer's own
    address and name are then the recipient's or those of the invoice.
    """
    logistics = order.shipping_info.logistics if order.shipping_info else None
    destination = logistics.shipping_destination if logistics else None
    sources = [place for place in (destination, order.recipient_info, order.billing_info) if place]
    is_collected = bool(collection_of(logistics))
    own = [place for place in sources if place is not destination] if is_collected else sources
    people = [*own, *(place for place in sources if place not in own)]
    address = next((place.address for place in own if place.address), None) or WixAddress()
    person = next((place.contact_details for place in people if _has_name(place)), None) or Contact()
    phone = next((p.contact_details.phone for p in people if p.contact_details and p.contact_details.phone), "")
    receiver = order.recipient_info if is_collected else destination or order.recipient_info
    company = (receiver or PartyDetails()).contact_details or Contact()
    return OrderAddress(
        first_name=text(person.first_name, 100, "first_name"),
        last_name=text(person.last_name, 100, "last_name"),
        company=text(company.company, 200, "company"),
        phone=text(phone, 200, "phone"),
        **_address_fields(address, text),
    )


class Collection(StrEnum):
    """How the buyer gets the parcel; an empty value means that it is delivered to the door."""

    DOOR = ""
    SHOP = "shop"
    POINT = "point"
    UNCLEAR = "unclear"


def collection_of(logistics: Logistics | None) -> Collection:
    """Only Wix's ``STORE_PICKUP`` is collected in the shop; ``PICKUP_POINT`` is sent to a carrier's point.

    Every other method, and none, is unclear. Details without a method and an address beside a destination say nothing.
    Source: `PickupMethod` in `@wix/auto_sdk_ecom_shipping-rates`.
    """
    details = logistics.pickup_details if logistics else None
    if logistics is None or details is None:
        return Collection.DOOR
    method = (details.pickup_method or "").strip().upper()
    if method == "STORE_PICKUP":
        return Collection.SHOP
    if method == "PICKUP_POINT":
        return Collection.POINT
    says_nothing = not method and not _is_place(details.address)
    return Collection.DOOR if says_nothing and logistics.shipping_destination else Collection.UNCLEAR


def _pickup_point(logistics: Logistics | None, text: Cleaner) -> OrderAddress:
    """Its address is in the details, or in the destination: Wix's types and its documentation disagree."""
    if logistics is None or collection_of(logistics) not in {Collection.POINT, Collection.UNCLEAR}:
        return NO_ADDRESS
    details, destination = logistics.pickup_details, logistics.shipping_destination
    given = (details.address if details else None, destination.address if destination else None)
    point = next((address for address in given if _is_place(address)), None)
    return OrderAddress(**_address_fields(point, text)) if point else NO_ADDRESS


def _is_place(address: WixAddress | None) -> bool:
    street = address.street_address if address else None
    return bool(
        address
        and (address.address_line or address.postal_code or address.city or (street and (street.name or street.number)))
    )


def _has_name(place: PartyDetails) -> bool:
    contact = place.contact_details
    return bool(contact and (contact.first_name or contact.last_name))


def _address_fields(address: WixAddress, text: Cleaner) -> dict[str, str]:
    street = address.street_address
    return {
        "street": text(street.name if street else "", 150, "street"),
        "number": text(street.number if street else "", 50, "number"),
        "line1": text(address.address_line, 150, "line1"),
        "line2": text(address.address_line2, 100, "line2"),
        "postal_code": text(address.postal_code, 50, "postal_code"),
        "city": text(address.city, 50, "city"),
        "region": text(address.subdivision, 50, "region").partition("-")[2],
        "country": _country(address.country, text),
    }


def _country(given: str | None, text: Cleaner) -> str:
    """Of two letters; a word that stands for no country is no country, for its first letters might be another one."""
    code = iso_country(text(given, 50, "country"))
    return code if code in country_codes() or len(code) == 2 else ""

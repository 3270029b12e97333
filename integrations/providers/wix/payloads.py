"""The part of Wix's JSON that we read. What is absent or unknown is ignored, and what is wrong is left out."""

import math
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Self, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import SchemaValidator

from integrations.order_ranges import (
    Amount,
    CountryCode,
    CurrencyCode,
    ExternalId,
    Moment,
    NonNegativeAmount,
    Pieces,
    Weight,
)
from integrations.orders import Unread
from lib.json_values import as_list
from lib.lenient_models import LenientModel, strict_reader


def _words(value: object) -> list[str]:
    """The texts of a list, also those one level down in objects; anything else holds none."""
    found: list[object] = []
    for item in as_list(value):
        found += item.values() if isinstance(item, dict) else [item]
    return [word for word in found if isinstance(word, str)]


def _objects(value: object) -> list[object]:
    """The objects of a list; one that is none does not cost the others."""
    return [item for item in as_list(value) if isinstance(item, dict)]


# A list whose form is not published: no form of it may cost the rest of the answer.
Words = Annotated[list[str], BeforeValidator(_words)]
Objects = BeforeValidator(_objects)


class StrictPayload(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", coerce_numbers_to_str=True)


class Payload(LenientModel, StrictPayload):
    """What is wrong in a field that is marked with an ``Unread`` is added to the validation context, a set.

    So the merchant can be told.
    """

    @classmethod
    def remember_wrong(cls, fields: set[str], context: Any) -> None:
        if isinstance(context, set):
            context.update(mark for name in fields if (mark := _mark_of(cls, name)))


@cache
def _mark_of(model: type[BaseModel], name: str) -> Unread | None:
    return next((mark for mark in model.model_fields[name].metadata if isinstance(mark, Unread)), None)


class Money(Payload):
    # None when it cannot be read: that is not nothing.
    amount: Annotated[Amount | None, Unread.TOTAL] = None


class Price(Payload):
    """Of an article: never less than nothing."""

    amount: Annotated[NonNegativeAmount | None, Unread.PRICE] = None


class StreetAddress(Payload):
    number: Annotated[str | None, Unread.ADDRESS] = None
    name: Annotated[str | None, Unread.ADDRESS] = None


class WixAddress(Payload):
    country: Annotated[CountryCode | None, Unread.ADDRESS] = None
    subdivision: Annotated[str | None, Unread.ADDRESS] = None
    city: Annotated[str | None, Unread.ADDRESS] = None
    postal_code: Annotated[str | None, Unread.ADDRESS] = None
    street_address: Annotated[StreetAddress | None, Unread.ADDRESS] = None
    address_line: Annotated[str | None, Unread.ADDRESS] = None
    address_line2: Annotated[str | None, Unread.ADDRESS] = Field(None, alias="addressLine2")


class Contact(Payload):
    first_name: Annotated[str | None, Unread.NAME] = None
    last_name: Annotated[str | None, Unread.NAME] = None
    phone: Annotated[str | None, Unread.PHONE] = None
    company: Annotated[str | None, Unread.COMPANY] = None


class PartyDetails(Payload):
    address: Annotated[WixAddress | None, Unread.ADDRESS] = None
    contact_details: Annotated[Contact | None, Unread.NAME] = None


class TimeSlot(Payload):
    start: Annotated[Moment | None, Unread.DELIVERY_MOMENT] = Field(None, alias="from")
    end: Annotated[Moment | None, Unread.DELIVERY_MOMENT] = Field(None, alias="to")


class PickupDetails(Payload):
    address: Annotated[WixAddress | None, Unread.PICKUP] = None
    pickup_method: Annotated[str | None, Unread.PICKUP] = None


class Logistics(Payload):
    shipping_destination: Annotated[PartyDetails | None, Unread.ADDRESS] = None
    pickup_details: Annotated[PickupDetails | None, Unread.PICKUP] = None
    instructions: Annotated[str | None, Unread.REMARK] = None
    delivery_time: Annotated[str | None, Unread.DELIVERY_MOMENT] = None
    delivery_time_slot: Annotated[TimeSlot | None, Unread.DELIVERY_MOMENT] = None


class ShippingInfo(Payload):
    title: Annotated[str | None, Unread.SHIPPING_METHOD] = None
    logistics: Annotated[Logistics | None, Unread.ADDRESS] = None


class ProductName(Payload):
    original: Annotated[str | None, Unread.ARTICLE_NAME] = None
    translated: Annotated[str | None, Unread.ARTICLE_NAME] = None


class PhysicalProperties(Payload):
    weight: Annotated[Weight | None, Unread.WEIGHT] = None
    sku: Annotated[str | None, Unread.ARTICLE_NUMBER] = None
    shippable: Annotated[bool | None, Unread.SHIPPABLE] = None


class ItemType(Payload):
    preset: str | None = None


class LineItem(Payload):
    id: ExternalId
    product_name: Annotated[ProductName | None, Unread.ARTICLE_NAME] = None
    quantity: Pieces
    refund_quantity: Annotated[Pieces | None, Unread.REFUNDED_PIECES] = None
    physical_properties: Annotated[PhysicalProperties | None, Unread.ARTICLE] = None
    item_type: ItemType | None = None
    fulfiller_id: str | None = None
    price: Annotated[Price | None, Unread.PRICE] = None
    total_price_before_tax: Annotated[Price | None, Unread.PRICE] = None
    # What the buyer chose; ``line_choices`` reads these as they come.
    description_lines: object = None
    modifier_groups: object = None
    catalog_reference: object = None
    decimal_quantity: object = None

    @model_validator(mode="before")
    @classmethod
    def _count_one_of_a_measure(cls, data: Any) -> Any:
        """A quantity that is no whole number is the amount of one thing; Wix itself counts whole units only."""
        if not isinstance(data, dict):
            return data
        quantity = data.get("quantity")
        if isinstance(quantity, float) and math.isfinite(quantity) and quantity > 0 and not quantity.is_integer():
            return {"decimalQuantity": quantity} | data | {"quantity": 1}
        return data


class BuyerInfo(Payload):
    email: Annotated[str | None, Unread.EMAIL] = None


class PriceSummary(Payload):
    total: Annotated[Money | None, Unread.TOTAL] = None


class CurrencyConversion(Payload):
    """The rate is there only when it made every amount of the order."""

    original_currency: CurrencyCode | None = None
    conversion_rate: Annotated[Decimal, Field(gt=0, le=10**9, max_digits=30)] | None = None


class CustomField(Payload):
    title: Annotated[str | None, Unread.ANSWERS] = None
    value: object = None


class ChannelInfo(Payload):
    type: str | None = None


class Activity(Payload):
    activity_type: str | None = None
    created_date: Moment | None = None


class WixOrder(Payload):
    id: ExternalId
    number: Annotated[str, Unread.NUMBER] = ""
    created_date: Annotated[Moment | None, Unread.PLACED_AT] = None
    updated_date: Annotated[Moment | None, Unread.CHANGED_AT] = None
    status: Annotated[str, Unread.STATUS] = ""
    payment_status: Annotated[str, Unread.PAYMENT] = ""
    fulfillment_status: str = ""
    currency: Annotated[CurrencyCode | None, Unread.CURRENCY] = None
    weight_unit: Annotated[str | None, Unread.WEIGHT_UNIT] = None
    buyer_language: str | None = None
    line_items: list[LineItem]
    buyer_info: Annotated[BuyerInfo | None, Unread.EMAIL] = None
    shipping_info: Annotated[ShippingInfo | None, Unread.ADDRESS] = None
    recipient_info: Annotated[PartyDetails | None, Unread.ADDRESS] = None
    billing_info: PartyDetails | None = None
    buyer_note: Annotated[str | None, Unread.REMARK] = None
    price_summary: Annotated[PriceSummary | None, Unread.TOTAL] = None
    archived: bool | None = None
    imported: bool | None = None
    custom_fields: Annotated[list[CustomField], Objects] = []
    channel_info: ChannelInfo | None = None
    activities: Annotated[list[Activity], Objects] = []
    currency_conversion_details: CurrencyConversion | None = None
    _unread: frozenset[Unread] = PrivateAttr(frozenset())

    @property
    def unread(self) -> frozenset[Unread]:
        """What was there and could not be read; filled by ``read``."""
        return self._unread

    @classmethod
    def read(cls, value: Any) -> Self:
        """Raises ValidationError for an order without an id, or with a line without an id or number of pieces.

        Most orders have nothing wrong; they come as plain objects with the attributes of this model.
        """
        try:
            return cast("Self", _strict_order().validate_python(value))
        except ValidationError:
            pass
        unread: set[Unread] = set()
        order = cls.model_validate(value, context=unread)
        order._unread = frozenset(unread)
        return order


@cache
def _strict_order() -> SchemaValidator:
    return strict_reader(WixOrder, unread=frozenset())


class TrackingInfo(StrictPayload):
    tracking_number: str | None = None
    shipping_provider: str | None = None
    tracking_link: str | None = None


class FulfilledLine(StrictPayload):
    id: str
    quantity: Pieces | None = None


class WixFulfillment(StrictPayload):
    id: str = ""
    line_items: list[FulfilledLine] = []
    tracking_info: TrackingInfo | None = None

    @property
    def tracking_number(self) -> str:
        return (self.tracking_info.tracking_number or "") if self.tracking_info else ""

    @property
    def tracking_link(self) -> str:
        return (self.tracking_info.tracking_link or "") if self.tracking_info else ""


class OrderFulfillments(StrictPayload):
    order_id: str = ""
    fulfillments: list[WixFulfillment] = []


class Instance(Payload):
    instance_id: str = ""
    app_version: str | None = None
    permissions: Words = []
    origin_instance_id: str | None = None


class Site(Payload):
    site_id: str = ""
    site_display_name: str | None = None
    url: str | None = None
    payment_currency: str | None = None
    installed_wix_apps: Words = []


class AppInstance(Payload):
    instance: Instance = Instance()
    site: Site = Site()

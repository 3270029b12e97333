"""The part of Wix's JSON that we read. Everything may be absent; anything unknown is ignored."""

import math
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from lib.json_values import as_list

# Of one line, as Wix documents.
MAX_QUANTITY = 100_000
# In any currency; the most our columns hold.
MAX_AMOUNT = 10**9


def _words(value: object) -> list[str]:
    """The texts of a list, also those one level down in objects; anything else holds none."""
    found: list[object] = []
    for item in as_list(value):
        found += item.values() if isinstance(item, dict) else [item]
    return [word for word in found if isinstance(word, str)]


# A list whose form is not published: no form of it may cost the rest of the answer.
Words = Annotated[list[str], BeforeValidator(_words)]


class Payload(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", populate_by_name=True, coerce_numbers_to_str=True
    )


class Money(Payload):
    amount: Decimal = Field(Decimal(0), ge=-MAX_AMOUNT, le=MAX_AMOUNT)


class StreetAddress(Payload):
    number: str | None = None
    name: str | None = None


class WixAddress(Payload):
    country: str | None = None
    subdivision: str | None = None
    city: str | None = None
    postal_code: str | None = None
    street_address: StreetAddress | None = None
    address_line: str | None = None
    address_line2: str | None = Field(None, alias="addressLine2")


class Contact(Payload):
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    company: str | None = None


class PartyDetails(Payload):
    address: WixAddress | None = None
    contact_details: Contact | None = None


class TimeSlot(Payload):
    start: datetime | None = Field(None, alias="from")
    end: datetime | None = Field(None, alias="to")


class PickupDetails(Payload):
    address: WixAddress | None = None
    pickup_method: str | None = None


class Logistics(Payload):
    shipping_destination: PartyDetails | None = None
    pickup_details: PickupDetails | None = None
    instructions: str | None = None
    delivery_time: str | None = None
    delivery_time_slot: TimeSlot | None = None


class ShippingInfo(Payload):
    title: str | None = None
    logistics: Logistics | None = None


class ProductName(Payload):
    original: str | None = None
    translated: str | None = None


class PhysicalProperties(Payload):
    weight: Decimal | None = None
    sku: str | None = None
    shippable: bool | None = None


class ItemType(Payload):
    preset: str | None = None


class LineItem(Payload):
    id: str
    product_name: ProductName | None = None
    quantity: int = Field(1, ge=0, le=MAX_QUANTITY)
    refund_quantity: int | None = None
    physical_properties: PhysicalProperties | None = None
    item_type: ItemType | None = None
    fulfiller_id: str | None = None
    price: Money | None = None
    total_price_before_tax: Money | None = None
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
    email: str | None = None


class PriceSummary(Payload):
    total: Money | None = None


class CustomField(Payload):
    title: str | None = None
    value: object = None


class ChannelInfo(Payload):
    type: str | None = None


class Activity(Payload):
    activity_type: str | None = None
    created_date: datetime | None = None


class WixOrder(Payload):
    id: str
    number: str = ""
    created_date: datetime
    updated_date: datetime | None = None
    status: str = ""
    payment_status: str = ""
    fulfillment_status: str = ""
    currency: str | None = None
    weight_unit: str | None = None
    buyer_language: str | None = None
    line_items: list[LineItem] = []
    buyer_info: BuyerInfo | None = None
    shipping_info: ShippingInfo | None = None
    recipient_info: PartyDetails | None = None
    billing_info: PartyDetails | None = None
    buyer_note: str | None = None
    price_summary: PriceSummary | None = None
    archived: bool | None = None
    imported: bool | None = None
    custom_fields: list[CustomField] = []
    channel_info: ChannelInfo | None = None
    activities: list[Activity] = []


class TrackingInfo(Payload):
    tracking_number: str | None = None
    shipping_provider: str | None = None
    tracking_link: str | None = None


class FulfilledLine(Payload):
    id: str
    quantity: int | None = None


class WixFulfillment(Payload):
    id: str = ""
    line_items: list[FulfilledLine] = []
    tracking_info: TrackingInfo | None = None

    @property
    def tracking_number(self) -> str:
        return (self.tracking_info.tracking_number or "") if self.tracking_info else ""

    @property
    def tracking_link(self) -> str:
        return (self.tracking_info.tracking_link or "") if self.tracking_info else ""


class OrderFulfillments(Payload):
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

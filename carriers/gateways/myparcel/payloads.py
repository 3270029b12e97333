"""MyParcel's response bodies; only the declared fields are used."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from lib.text import clean_text

# Longer than any text we use; a link is the longest.
MAX_TEXT_LENGTH = 100_000


class Reply(BaseModel):
    """Texts come without characters that show nothing, which a database or a label may not take."""

    model_config = ConfigDict(extra="ignore")

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: object) -> object:
        return clean_text(value, MAX_TEXT_LENGTH)[0] if isinstance(value, str) else value


class Money(Reply):
    amount: int = 0
    currency: str = "EUR"


class AddressReply(Reply):
    cc: str | None = ""
    postal_code: str | None = ""
    city: str | None = ""
    street: str | None = ""
    street_additional_info: str | None = ""
    number: str | None = ""
    number_suffix: str | None = ""
    box_number: str | None = ""
    person: str | None = ""
    company: str | None = ""


class ShipmentReply(Reply):
    id: int
    status: int = 0
    shipment_type: int | None = None
    parent_id: int | None = None
    reference_identifier: str | None = None
    barcode: str | None = None
    recipient: AddressReply = Field(default_factory=AddressReply)
    sender: AddressReply | None = None
    pickup: dict[str, Any] | None = None
    price: Money | None = None
    link_consumer_portal: str | None = None
    delayed: bool | None = None
    secondary_shipments: list["ShipmentReply"] = Field(default_factory=list)

    @field_validator("secondary_shipments", mode="before")
    @classmethod
    def _none_is_none(cls, value: Any) -> Any:
        return value or []


class StepReply(Reply):
    """An event in the history; ``status`` is None where MyParcel does not know the carrier's code."""

    code: str | None = None
    status: int | None = None
    description: str | None = None
    time: str | None = None


class TrackStatus(Reply):
    current: int | None = None
    final: bool = False


class TrackReply(Reply):
    shipment_id: int
    code: str | None = None
    description: str | None = None
    time: str | None = None
    delayed: bool | None = None
    status: TrackStatus = Field(default_factory=TrackStatus)
    history: list[StepReply] = Field(default_factory=list)


class WhoAmIReply(Reply):
    """``type`` is SHOP for the key of a shop, USER for that of a user with several ``shopIds``."""

    id: str = ""
    type: str = "SHOP"
    shop_ids: list[str] = Field(default_factory=list, alias="shopIds")

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class SubscriptionReply(Reply):
    id: int
    hook: str = ""
    url: str = ""

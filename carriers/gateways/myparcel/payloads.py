"""MyParcel's response bodies; only the declared fields are used."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Money(Reply):
    amount: int = 0
    currency: str = "EUR"


class RecipientReply(Reply):
    cc: str = ""
    postal_code: str | None = ""
    city: str | None = ""
    street: str | None = ""
    number: str | None = ""


class ShipmentReply(Reply):
    id: int
    status: int = 0
    shipment_type: int | None = None
    parent_id: int | None = None
    reference_identifier: str | None = None
    barcode: str | None = None
    recipient: RecipientReply = Field(default_factory=RecipientReply)
    pickup: dict[str, Any] | None = None
    price: Money | None = None
    link_consumer_portal: str | None = None
    delayed: bool | None = None


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


class SubscriptionReply(Reply):
    id: int
    hook: str = ""
    url: str = ""

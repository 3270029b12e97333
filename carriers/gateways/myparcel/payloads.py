"""MyParcel's response bodies; only the declared fields are used."""

from typing import Annotated, Any, TypeGuard

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from carriers.gateways.myparcel.statuses import MAX_CODE
from lib.json_values import as_list
from lib.lenient_models import LenientModel

# The most that our columns hold, and far more than MyParcel has.
MAX_CENTS, MAX_ID, MAX_BARCODE_LENGTH = 10**9, 2**63 - 1, 40


def _refuse_bool(value: object) -> object:
    """Python counts True as 1; no other program means that."""
    if isinstance(value, bool):
        raise ValueError("a yes or no instead of a number")
    return value


def _check_barcode(value: str) -> str:
    if not value.isprintable():
        raise ValueError("no barcode")
    return value


def _objects(value: object) -> list[object]:
    """The objects of a list; one that is none does not cost the others."""
    return [item for item in as_list(value) if isinstance(item, dict)]


Id = Annotated[int, BeforeValidator(_refuse_bool), Field(ge=0, le=MAX_ID)]
Code = Annotated[int, BeforeValidator(_refuse_bool), Field(ge=0, le=MAX_CODE)]
# Of any size: a code nobody knows says that the status is unknown, and nothing else of the reply may depend on it.
StatusCode = Annotated[int, BeforeValidator(_refuse_bool)]
Cents = Annotated[int, BeforeValidator(_refuse_bool), Field(ge=0, le=MAX_CENTS)]
Barcode = Annotated[str, Field(max_length=MAX_BARCODE_LENGTH), AfterValidator(_check_barcode)]
Objects = BeforeValidator(_objects)


def is_id(value: object) -> TypeGuard[int]:
    """Whether a value of an answer is the number of a shipment."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_ID


class Reply(LenientModel):
    """What we do not need and is of another type or out of range is left out; see ``LenientModel``."""

    model_config = ConfigDict(extra="ignore")


class Money(Reply):
    amount: Cents | None = None
    currency: str = "EUR"


class AddressReply(BaseModel):
    """By which a shipment is recognised: a wrong one would make us register it again, so nothing in it is left out."""

    model_config = ConfigDict(extra="ignore")

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
    # By which a shipment is recognised as ours, and whether it is a concept: a doubt would be a second paid label.
    strict_fields = frozenset(
        {"status", "shipment_type", "parent_id", "reference_identifier", "recipient", "pickup", "secondary_shipments"}
    )

    id: Id
    status: StatusCode = 0
    shipment_type: Code | None = None
    parent_id: Id | None = None
    reference_identifier: str | None = None
    barcode: Barcode | None = None
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
    status: Code | None = None
    description: str | None = None
    time: str | None = None


class TrackStatus(Reply):
    current: Code | None = None
    final: bool = False


class TrackReply(Reply):
    shipment_id: Id
    code: str | None = None
    description: str | None = None
    time: str | None = None
    delayed: bool | None = None
    status: TrackStatus = Field(default_factory=TrackStatus)
    history: Annotated[list[StepReply], Objects] = Field(default_factory=list)


class WhoAmIReply(Reply):
    """``type`` is SHOP for the key of a shop, USER for that of a user with several ``shopIds``."""

    id: str = ""
    type: str = "SHOP"
    shop_ids: list[str] = Field(default_factory=list, alias="shopIds")

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class SubscriptionReply(Reply):
    id: Id
    hook: str = ""
    url: str = ""

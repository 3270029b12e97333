"""GET /delivery_options: when a carrier delivers at an address."""

from datetime import date

from pydantic import Field

from carriers.delivery_options import DeliveryMoment, DeliveryOptions
from carriers.gateways.myparcel.address_calls import DateReply, Reply, ask, read_rows
from carriers.gateways.myparcel.client import MyParcelClient
from carriers.parcels import Address
from lib.http import ApiInvalidResponse

PATH = "/delivery_options"


class PossibilityReply(Reply):
    type: str
    package_type: str = "package"


class DeliveryReply(Reply):
    date: DateReply
    possibilities: list[PossibilityReply] = Field(default_factory=list)


def fetch(client: MyParcelClient, carrier: str, address: Address) -> DeliveryOptions:
    """Only parcels are counted. Raises the four errors of ``lib.http``; may be repeated."""
    moments = [
        DeliveryMoment(possibility.type, _day(row.date))
        for row in read_rows(ask(client, PATH, carrier, address), "deliveries", DeliveryReply)
        for possibility in row.possibilities
        if possibility.package_type == "package"
    ]
    return DeliveryOptions(tuple(sorted(moments, key=lambda one: one.day)))


def _day(moment: DateReply) -> date:
    try:
        return date.fromisoformat(moment.date[:10])
    except ValueError as error:
        raise ApiInvalidResponse("deliveries: a date that is none") from error

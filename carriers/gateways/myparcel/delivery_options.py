"""GET /delivery_options: when a carrier delivers at an address."""

from datetime import date, datetime, time

from django.utils import timezone
from pydantic import Field

from carriers.delivery_days import AMSTERDAM, ANY_DAY, SATURDAY, SUNDAY, ShippingHabits, leaving_day
from carriers.delivery_options import DeliveryMoment, DeliveryOptions
from carriers.gateways.myparcel.address_calls import DateReply, Reply, ask, read_rows
from carriers.gateways.myparcel.client import MyParcelClient
from carriers.parcels import Address
from lib.http import ApiInvalidResponse

PATH = "/delivery_options"
MONDAY_CUTOFF = time(15)
MAX_WINDOW = 14


class PossibilityReply(Reply):
    type: str
    package_type: str = "package"


class DeliveryReply(Reply):
    date: DateReply
    possibilities: list[PossibilityReply] = Field(default_factory=list)


def fetch(client: MyParcelClient, carrier: str, address: Address, habits: ShippingHabits = ANY_DAY) -> DeliveryOptions:
    """Only parcels are counted. Raises the four errors of ``lib.http``; may be repeated."""
    rows = ask(client, PATH, carrier, address, habits_query(habits, timezone.now()))
    moments = [
        DeliveryMoment(possibility.type, _day(row.date))
        for row in read_rows(rows, "deliveries", DeliveryReply)
        for possibility in row.possibilities
        if possibility.package_type == "package"
    ]
    return DeliveryOptions(tuple(sorted(moments, key=lambda one: one.day)))


def habits_query(habits: ShippingHabits, now: datetime) -> dict[str, str]:
    """When the shop hands over, as far as it said so; MyParcel assumes Monday to Friday until 15:30 otherwise.

    MyParcel delivers on Mondays what it gets on Saturdays before 15:00, when it is asked for that
    (developer.myparcel.nl, delivery options). While the shop is closed it is asked for as many days as it knows.
    """
    query: dict[str, str] = {}
    if habits.cutoff is not None:
        query["cutoff_time"] = f"{habits.cutoff:%H:%M}"
    if habits.closed_weekdays:
        # MyParcel counts from Sunday 0, a day on which nobody collects.
        days = [weekday for weekday in range(SUNDAY) if weekday not in habits.closed_weekdays]
        query["dropoff_days"] = ";".join(str(weekday + 1) for weekday in days)
        if SATURDAY in days and habits.cutoff is not None and habits.cutoff < MONDAY_CUTOFF:
            query["monday_delivery"] = "1"
    if leaving_day(now, habits) != now.astimezone(AMSTERDAM).date():
        query["deliverydays_window"] = str(MAX_WINDOW)
    return query


def _day(moment: DateReply) -> date:
    try:
        return date.fromisoformat(moment.date[:10])
    except ValueError as error:
        raise ApiInvalidResponse("deliveries: a date that is none") from error

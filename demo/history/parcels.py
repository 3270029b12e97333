"""What was sent: for each parcel its order, its content and its timeline. Pure functions."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from carriers.parcels import ParcelChoice
from demo.history.orders import as_sent, choose_articles, choose_country, make_order
from demo.history.timelines import Fate, Timeline, choose_fates, label_days, plan_timeline
from demo.history.words import FLAT, Article
from integrations.orders import OrderData, OrderStatus
from shipments.content import ShipmentContent
from shipments.services.imports.order_customs import RememberedCustoms
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.states import UNDERWAY, ShipmentStatus
from shops.models import PackagePreferences

DAYS = 60
# Fates that take the days that a parcel takes in the Netherlands.
NEARBY = frozenset({Fate.COLLECTED, Fate.WAITING, Fate.RETURNED, Fate.NEVER_SCANNED, Fate.DELAYED})
LETTERBOX_WEIGHT = 1_900
# Euro cents, by package type and country; "" is every other one.
PRICES = {"mailbox": {"": 425}, "package": {"NL": 695, "BE": 895, "DE": 1095, "FR": 1295, "ES": 1495, "": 2350}}


@dataclass(frozen=True, slots=True)
class SentParcel:
    """``order`` is as it was when it was imported, ``order_now`` as it is now.

    ``changed_afterwards``: it changed after the label was made, and the shop has to look at that.
    """

    order: OrderData
    order_now: OrderData
    content: ShipmentContent
    timeline: Timeline
    changed_afterwards: bool = False

    @property
    def price(self) -> int:
        prices = PRICES[self.content.choice.package_type]
        return prices.get(self.content.recipient.country, prices[""])


def plan_parcels(
    shop_id: uuid.UUID, preferences: PackagePreferences, customs: RememberedCustoms, *, seed: int, now: datetime,
    count: int, last_number: int,
) -> list[SentParcel]:  # fmt: skip
    """In the order in which they were ordered. The same seed and moment give the same parcels."""
    rng = random.Random(seed)  # noqa: S311 - the same shop in every seed
    today = timezone.localdate(now)
    days = label_days(rng, today, DAYS, count)
    timelines = []
    for day, fate in zip(days, choose_fates(rng, days, today), strict=True):
        country = "NL" if fate in NEARBY else "US" if fate is Fate.FAR else choose_country(rng)
        timelines.append((plan_timeline(rng, day, country, fate, now), country))
    timelines.sort(key=lambda pair: pair[0].placed_at)
    parcels = []
    for number, (timeline, country) in enumerate(timelines, last_number - count + 1):
        own_id = uuid.uuid5(shop_id, f"order {number}")
        articles = choose_articles(rng)
        order = make_order(rng, str(number), own_id, country, timeline.placed_at, articles)
        content = draft_from_order(order, preferences, customs).content
        content = _with_choice(rng, content, preferences, articles)
        parcels.append(SentParcel(order, _order_now(order, timeline), content, timeline))
    return _changed_afterwards(parcels)


def _with_choice(
    rng: random.Random,
    content: ShipmentContent,
    preferences: PackagePreferences,
    articles: Sequence[tuple[Article, int]],
) -> ShipmentContent:
    """Another choice than the usual one for some, where it is possible."""
    country, is_flat = content.recipient.country, all(article in FLAT for article, _pieces in articles)
    chosen, chance = content.choice, rng.random()
    if country == "NL" and is_flat and content.weight <= LETTERBOX_WEIGHT:
        chosen = ParcelChoice(carrier=chosen.carrier, package_type="mailbox")
    elif country in {"NL", "BE"} and chance < 0.22:
        chosen = replace(chosen, carrier="dhlforyou")
    elif country in {"DE", "FR", "ES"} and chance < 0.5:
        # This carrier always takes a signature.
        chosen = replace(chosen, carrier="dhlparcelconnect" if country != "FR" else "dhleuroplus", signature=True)
    elif country == "NL" and chance > 0.86:
        chosen = replace(chosen, signature=True)
    changed = replace(content, choice=chosen)
    return content if changed.problems(preferences.capabilities) else changed


def _order_now(order: OrderData, timeline: Timeline) -> OrderData:
    if timeline.fate is Fate.CANCELED:
        return replace(order, status=OrderStatus.CANCELED, updated_at=timeline.canceled_at)
    return as_sent(order, timeline.labeled_at)


def _changed_afterwards(parcels: Sequence[SentParcel]) -> list[SentParcel]:
    """Of the newest parcels that did not arrive one buyer canceled, one got money back, and two moved."""
    changed = list(parcels)
    on_the_road = [
        place
        for place, parcel in enumerate(parcels)
        if parcel.timeline.status in (ShipmentStatus.PRINTED, *UNDERWAY) and not parcel.timeline.is_late
    ]
    for place, change in zip(on_the_road[-4:], (_canceled, _refunded, _moved, _moved), strict=False):
        order = replace(change(parcels[place].order_now), updated_at=parcels[place].timeline.printed_at)
        changed[place] = replace(parcels[place], order_now=order, changed_afterwards=True)
    return changed


def _canceled(order: OrderData) -> OrderData:
    return replace(order, status=OrderStatus.CANCELED)


def _refunded(order: OrderData) -> OrderData:
    first, *others = order.lines
    return replace(order, lines=(replace(first, refunded=first.quantity, fulfilled=0), *others))


def _moved(order: OrderData) -> OrderData:
    return replace(order, address=replace(order.address, line1="Nieuwbedachtlaan 210"))


def barcode_of(shop_pk: int, carrier: str, number: int) -> str:
    """Nine figures behind letters that no carrier uses."""
    prefix = {"dhlforyou": "JVDEMO", "dhlparcelconnect": "JJDEMO", "dhleuroplus": "JJDEMO"}.get(carrier, "3SDEMO")
    return f"{prefix}{shop_pk:04d}{number:06d}"


def link_of(barcode: str) -> str:
    return f"https://tracking.example/{barcode}"

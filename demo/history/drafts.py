"""What was not sent: drafts that are ready or lack something, test labels, and a label of which nobody answered."""

import random
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from carriers.gateways import DEFAULT_GATEWAY, LOCAL
from demo.history.orders import choose_articles, make_order
from demo.history.parcels import barcode_of
from demo.history.timelines import awake
from demo.history.words import UNDECLARED, Article
from integrations.models import Connection
from integrations.orders import FulfillmentStatus, OrderData, OrderStatus
from integrations.services import mirror
from shipments.content import ShipmentContent, serialize_problems
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.create import create_draft
from shipments.services.imports.order_alerts import fingerprint
from shipments.services.imports.order_to_draft import DraftPlan, draft_from_order
from shipments.states import ShipmentStatus, next_poll_time
from shops.models import Shop
from shops.services.preferences import get_preferences

READY, TESTS = 9, 3
ABROAD = ("US", "CH", "GB", "US")
# What is wrong with an address, as columns that a buyer left out or mistyped.
FAULTS = ({"number": ""}, {"postal_code": "35 AB"}, {"city": ""}, {"street": "", "number": ""}, {"postal_code": ""})
TOO_HEAVY = (31_500, 24_000)
CHANGED_ORDERS = 2
UNANSWERED = 1
OTHERS = READY + TESTS + len(ABROAD) + len(FAULTS) + len(TOO_HEAVY) + CHANGED_ORDERS + UNANSWERED
# The newest numbers below those of the sandbox are of the parcels that were sent.
FIRST_NUMBER = 9_000
Kind = ShipmentEvent.Kind


def make_others(connection: Connection, user: User, *, now: datetime, seed: int) -> None:
    _Others(connection, user, now, seed).make()


class _Others:
    def __init__(self, connection: Connection, user: User, now: datetime, seed: int) -> None:
        self.connection, self.user, self.now = connection, user, now
        self.shop: Shop = connection.shop
        self.preferences = get_preferences(self.shop)
        self.rng = random.Random(seed + 1)  # noqa: S311 - the same drafts in every seed
        self.number = FIRST_NUMBER

    def make(self) -> None:
        """Those without an order were typed in: the platform does not know the orders of the history, and would be
        asked about them before a label."""
        for _time in range(READY):
            self._typed_in(self._plan("NL").content)
        for country in ABROAD:
            self._typed_in(self._plan(country, ((self.rng.choice(UNDECLARED), 1),)).content)
        for fault in FAULTS:
            content = self._plan("NL").content
            self._typed_in(replace(content, recipient=replace(content.recipient, house_number="", **fault)))
        for weight in TOO_HEAVY:
            mailbox = replace(self._plan("NL").content.choice, package_type="mailbox")
            self._typed_in(replace(self._plan("NL").content, choice=mailbox, weight=weight))
        for _time in range(TESTS):
            self._test_label(self._plan("NL").content)
        self._unanswered(self._plan("NL").content)
        self._changed_orders()

    def _order(self, country: str, articles: tuple[tuple[Article, int], ...] | None = None) -> OrderData:
        self.number += 1
        own_id = uuid.uuid5(self.shop.public_id, f"draft {self.number}")
        placed_at = awake(self.now - timedelta(hours=self.rng.uniform(3, 60)))
        return make_order(self.rng, str(self.number), own_id, country, placed_at, articles or choose_articles(self.rng))

    def _plan(self, country: str, articles: tuple[tuple[Article, int], ...] | None = None) -> DraftPlan:
        return draft_from_order(self._order(country, articles), self.preferences)

    def _typed_in(self, content: ShipmentContent) -> Shipment:
        draft = create_draft(self.shop, by=self.user, reference=f"M{content.description}", content=content)
        at = awake(self.now - timedelta(hours=self.rng.uniform(1, 50)))
        Shipment.objects.filter(pk=draft.pk).update(created_at=at, listed_at=at, status_at=at)
        draft.events.update(at=at)
        return draft

    def _test_label(self, content: ShipmentContent) -> None:
        """From the days in which the shop practised."""
        at = awake(self.now - timedelta(days=62, minutes=self.rng.randint(0, 90)))
        made = self._new(content, at, status=ShipmentStatus.TEST, gateway=LOCAL)
        made.barcode = barcode_of(self.shop.pk, content.choice.carrier, 700_000 + int(content.description))
        made.search_text = made.make_search_text()
        made.registered_at = made.printed_at = at
        made.save()
        ShipmentEvent.objects.create(shipment=made, kind=Kind.TEST_LABEL, at=at, actor=self.user)

    def _unanswered(self, content: ShipmentContent) -> None:
        """The gateway is asked again, and says that there is no label."""
        at = self.now - timedelta(minutes=35)
        made = self._new(content, at, status=ShipmentStatus.REGISTERING, gateway=DEFAULT_GATEWAY)
        made.next_poll_at = next_poll_time(ShipmentStatus.REGISTERING, at - timedelta(hours=1), self.now)
        made.save()
        ShipmentEvent.objects.create(shipment=made, kind=Kind.NO_ANSWER, at=at, actor=self.user)

    def _new(self, content: ShipmentContent, at: datetime, *, status: ShipmentStatus, gateway: str) -> Shipment:
        reference = f"M{content.description}"
        made = Shipment(
            shop=self.shop, created_by=self.user, created_at=at, listed_at=at, reference=reference, gateway=gateway
        )
        made.move_to(status)
        made.status_at = at
        made.apply_content(content, problems=())
        return made

    def _changed_orders(self) -> None:
        """A draft whose order was canceled, and an edited one whose order was marked as sent."""
        orders = [self._order("NL") for _time in range(CHANGED_ORDERS)]
        later = [self._after_import(order, place) for place, order in enumerate(orders)]
        mirror.store_orders(self.connection, later)
        rows = {row.external_id: row for row in self.connection.orders.filter(changes_pending=True)}
        for order in orders:
            plan = draft_from_order(order, self.preferences)
            made = Shipment(
                shop=self.shop,
                order=rows[order.external_id],
                created_by=self.user,
                created_at=order.created_at,
                edited_at=order.created_at + timedelta(hours=1),
                reference=order.number,
                order_fingerprint=fingerprint(order),
                notes=serialize_problems(plan.notes),
                status_at=order.created_at,
            )
            made.apply_content(plan.content, problems=plan.problems)
            made.save()
            ShipmentEvent.objects.create(shipment=made, kind=Kind.IMPORTED, at=order.created_at, actor=self.user)

    def _after_import(self, order: OrderData, place: int) -> OrderData:
        if place == CHANGED_ORDERS - 1:
            return replace(order, fulfillment=FulfillmentStatus.FULFILLED, updated_at=timezone.now())
        return replace(order, status=OrderStatus.CANCELED, updated_at=timezone.now())

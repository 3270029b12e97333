"""A worker dies after each statement in turn: whoever comes next ends where an undisturbed worker would have."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection, ExternalOrder, Fulfillment, SyncRun
from integrations.orders import OrderStatus
from integrations.services import syncing, telling
from integrations.tests.makers import make_connection, make_fulfillment, mirror_order
from integrations.tests.shop_double import ShopDouble, an_order
from shipments.models import Job, Shipment, ShipmentEvent
from shipments.services import following_orders, importing, running
from shipments.tests.makers import make_shipment

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(hours=1)
MOST_STATEMENTS = 400
ROUNDS = 3
"""After so many rounds of every sweep nothing may be left to do."""
Scene = Callable[[ShopDouble, Connection, User], None]


class Death(BaseException):
    """Nothing catches this."""


class Reaper:
    """Kills whoever works after so many statements and calls to the shop."""

    def __init__(self, after: int) -> None:
        self.left = after

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Death

    def __call__(self, execute, *arguments):
        answer = execute(*arguments)
        self.step()
        return answer


@contextmanager
def killed_after(steps: int, wix: ShopDouble) -> Iterator[None]:
    """The world in which the worker dies; a call to the shop counts too, and has acted by then."""
    reaper, original = Reaper(steps), wix.push

    def push(notices):
        outcomes = original(notices)
        reaper.step()
        return outcomes

    wix.push = push
    try:
        with database.execute_wrapper(reaper):
            yield
    finally:
        wix.push = original


def time_passes() -> None:
    """Every lease of the dead runs out, and everything that waits is due."""
    past = timezone.now() - LONG_AGO
    for rows in (SyncRun.objects, Job.objects, Fulfillment.objects):
        rows.exclude(lease_until=None).update(lease_until=past)
        rows.exclude(next_at=None).update(next_at=past)
    Fulfillment.objects.exclude(sent_at=None).update(sent_at=past)
    Connection.objects.update(paused_until=None, minting_until=None)


def work() -> int:
    """One round of every sweep; answers how many rows were handled."""
    handled = syncing.sync_due() + running.run_due() + telling.push_due(seconds=0)
    return handled + following_orders.follow_due()


def some_orders(wix: ShopDouble) -> None:
    wix.orders = [an_order(number) for number in (1, 2, 3)]
    wix.page_size = 2


def reading(wix: ShopDouble, connection: Connection, _owner: User) -> None:
    some_orders(wix)
    syncing.request_sync(connection)


def importing_three(wix: ShopDouble, connection: Connection, owner: User) -> None:
    for number in (1, 2, 3):
        mirror_order(connection, an_order(number))
    importing.start_import(connection.shop, owner, orders=connection.orders.order_by("pk"), key="k")


def telling_three(wix: ShopDouble, connection: Connection, _owner: User) -> None:
    for number in (1, 2, 3):
        make_fulfillment(connection, number)


def taking_back(wix: ShopDouble, connection: Connection, owner: User) -> None:
    telling_three(wix, connection, owner)
    telling.push_due()
    for row in list(Fulfillment.objects.all()):
        telling.withdraw(row.source)


def following(wix: ShopDouble, connection: Connection, _owner: User) -> None:
    for number in (1, 2, 3):
        order = mirror_order(connection, an_order(number))
        make_shipment(connection.shop, reference=order.number, order=order, order_seen={"refunded": 0})
        canceled = replace(order.order, status=OrderStatus.CANCELED, updated_at=order.changed_at + LONG_AGO)
        mirror_order(connection, canceled)


SCENES: list[Scene] = [reading, importing_three, telling_three, taking_back, following]


def what_there_is(wix: ShopDouble) -> dict[str, object]:
    """The end state, without ids and times, and what was asked of the shop on the way there."""
    return {
        "mirror": sorted(ExternalOrder.objects.values_list("number", "verdict", "unfollowed")),
        "runs": sorted(SyncRun.objects.values_list("state", "created")),
        "drafts": sorted(Shipment.objects.values_list("reference", "status", "order_alert", "blocked_by")),
        "log": sorted(ShipmentEvent.objects.values_list("shipment__reference", "kind")),
        "jobs": sorted(Job.objects.values_list("state", "items__state")),
        "promises": sorted(Fulfillment.objects.values_list("tracking_number", "state")),
        "told": sorted(notice.tracking_number for kept in wix.fulfillments.values() for notice in kept),
        "pushed": sorted((notice.tracking_number, notice.withdrawn) for notice in wix.pushed),
    }


def play(wix: ShopDouble, die_after: int) -> tuple[dict[str, object], bool]:
    """Let a worker die and others finish; what there is then, and whether anybody died. Everything is undone again."""
    told_before = {order_id: list(kept) for order_id, kept in wix.fulfillments.items()}
    wix.pushed.clear()
    died = False
    with transaction.atomic():
        try:
            with killed_after(die_after, wix):
                work()
        except Death:
            died = True
        for _round in range(ROUNDS):
            time_passes()
            if not work():
                break
        found = what_there_is(wix)
        transaction.set_rollback(True)
    wix.fulfillments = told_before
    return found, died


@pytest.mark.parametrize("scene", SCENES, ids=[scene.__name__ for scene in SCENES])
def test_dying_anywhere_loses_and_doubles_nothing(wix: ShopDouble, shop, owner, scene):
    scene(wix, make_connection(shop), owner)
    undisturbed, _died = play(wix, die_after=0)
    for after in range(1, MOST_STATEMENTS):
        found, died = play(wix, die_after=after)
        assert found == undisturbed, f"died after statement {after}"
        if not died:
            break
    assert 5 < after < MOST_STATEMENTS - 1

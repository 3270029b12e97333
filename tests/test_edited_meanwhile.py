"""Every work on rows that people edit × every edit a person can make while it runs: what was accepted is never lost.

The edit comes in every gap in turn: after each statement outside a transaction, and while the webshop or the label
gateway is being asked. Afterwards a label bears what its shipment says, and the webshop is told what is in the parcel.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.db import transaction

from integrations.models import Fulfillment
from integrations.orders import OrderAddress, OrderLine
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from jobs.models import Job
from jobs.registry import job_kinds
from lib.queues import QUEUE_OF_TASK
from shipments.job_kinds import JobKind
from shipments.models import Shipment
from shipments.services.csv_files import file_export, file_import
from shipments.services.drafts import bulk_edit
from shipments.services.imports import order_changes, order_import
from shipments.services.labels import cancel, register, returns, unanswered
from shipments.services.labels.files import build_consignment
from shipments.tests.factories import fill_sender
from tests.edits import (
    EDITS,
    REFUSED,
    Edit,
    Gateway,
    World,
    cancel_it,
    choose_mailbox,
    correct,
    delete,
    send_as_two,
    split,
)
from tests.test_crash_at_every_line import FILE, LONG_AGO, time_passes
from tracking import poll

pytestmark = pytest.mark.django_db
EVERY_GAP, ROUNDS = 36, 4


@pytest.fixture
def gateway(monkeypatch) -> Gateway:
    gateway = Gateway()
    for module in ("registration_call", "unanswered", "cancel", "returns"):
        monkeypatch.setattr(f"shipments.services.labels.{module}.open_gateway", lambda *_: gateway)
    monkeypatch.setattr(poll, "open_gateway", lambda *_: gateway)
    monkeypatch.setattr(register, "render_file", lambda *_, **__: True)
    return gateway


# The work, and what it begins with.


def importing(world: World) -> None:
    shop, orders = world.connection.shop, world.connection.orders.all()
    order_import.start_import(shop, world.owner, orders=orders, key="import")


def labelling(world: World) -> None:
    with_draft(world)
    shop = world.connection.shop
    register.start_labels(shop, world.owner, shipments=shop.shipments.all(), layout="a6", start=1, key="k")


def labelling_with_a_lost_answer(world: World) -> None:
    labelling(world)
    world.gateway.loses_answers = 1


def editing(world: World) -> None:
    with_draft(world)
    shop = world.connection.shop
    bulk_edit.start_edit(shop, world.owner, shipments=shop.shipments.all(), changes={"signature": True}, key="k")


def exporting(world: World) -> None:
    with_draft(world)
    file_export.start_export(world.connection.shop, world.owner, shipments=world.connection.shop.shipments, key="k")


def uploading(world: World) -> None:
    with_draft(world)
    file_import.start_upload(world.connection.shop, world.owner, file_import.store_upload(world.connection.shop, FILE))


def following_changes(world: World) -> None:
    """The buyer moved; somebody has not acknowledged an earlier change yet."""
    with_draft(world)
    Shipment.objects.update(order_alert="edited")
    order = world.acme.orders[0]
    moved = replace(order, address=replace(order.address, line1="Kerkplein 2"), updated_at=order.updated_at + LONG_AGO)
    world.acme.orders = [moved]
    mirror_order(world.connection, moved)


def with_draft(world: World) -> None:
    importing(world)
    runner.run_due()


def labelled(world: World) -> None:
    labelling(world)
    runner.run_due()


def looking_up(world: World) -> None:
    labelling_with_a_lost_answer(world)
    world.gateway.is_silent = True
    runner.run_due()
    runner.request_stop(Job.objects.get(kind=JobKind.LABELS))
    runner.run_due()
    world.gateway.is_silent = False


def polling(world: World) -> None:
    labelled(world)
    Shipment.objects.update(external_id="7", next_poll_at=Shipment.objects.get().status_at)


def cancelling(world: World) -> int:
    cancel.cancel_label(Shipment.objects.select_related("shop").get(), by=world.owner)
    return 0


def returning(world: World) -> int:
    returns.create_return(Shipment.objects.select_related("shop").get(), by=world.owner)
    return 0


@dataclass(frozen=True)
class Work:
    """``does`` are the jobs and tasks that it covers; ``asks`` says whether it waits for somebody outside."""

    begin: Callable[[World], None]
    run: Callable[[World], int]
    does: tuple[str, ...] = ()
    asks: bool = True


def jobs_run(_world: World) -> int:
    return runner.run_due(seconds=0)


WORK: dict[str, Work] = {
    "import": Work(importing, jobs_run, (JobKind.IMPORT, "jobs.run_due", "shipments.auto_import"), asks=False),
    "labels": Work(labelling, jobs_run, (JobKind.LABELS,)),
    "labels again": Work(labelling_with_a_lost_answer, jobs_run),
    "bulk edit": Work(editing, jobs_run, (JobKind.EDIT,), asks=False),
    "export": Work(exporting, jobs_run, (JobKind.EXPORT,), asks=False),
    "upload": Work(uploading, jobs_run, (JobKind.UPLOAD,), asks=False),
    "changes": Work(
        following_changes, lambda _: order_changes.apply_due(), ("shipments.apply_order_changes",), asks=False
    ),
    "look-up": Work(looking_up, lambda _: unanswered.look_up_due(), ("shipments.look_up_unanswered",)),
    "poll": Work(polling, lambda _: poll.poll_due(), ("tracking.poll_due",)),
    "cancel": Work(labelled, cancelling),
    "return": Work(labelled, returning),
}
# Tasks that write no column of a shipment that a person can edit.
OTHER_TASKS = {
    *("accounts.send_mails", "accounts.clean_up", "audit.forget_old_entries", "durable_cache.forget_expired"),
    *("integrations.push_due", "integrations.audit_due", "integrations.apply_events", "integrations.check_due"),
    *("integrations.schedule_syncs", "integrations.sync_asked", "integrations.sync_due", "integrations.clean_up"),
    *("shops.check_gateway_accounts", "shops.read_contracts"),
    *("shipments.compare_counters", "shipments.compare_figures", "shipments.fold_figures", "shipments.keep_counters"),
    # Takes a draft over by its version in a look-up, which is tried here.
    "shipments.find_extra_labels",
    # These erase or delete for good: what a person edits meanwhile goes with it, which tests of erasure hold.
    *("shipments.erase", "shipments.purge_deleted", "privacy.erase", "privacy.erase_shops", "privacy.export_shops"),
    *("privacy.tidy", "privacy.tidy_installation"),
}


def test_every_kind_of_job_and_every_task_is_here_or_edits_nothing():
    covered = {name for work in WORK.values() for name in work.does}
    assert {kind for kind, _label in job_kinds()} <= covered
    assert set(QUEUE_OF_TASK) == {name for name in covered if "." in name} | OTHER_TASKS


class Gap:
    """Lets a person act once, in the n-th gap: while somebody outside is asked, or else between two statements."""

    def __init__(self, act: Callable[[], None], number: int, *, is_asked: bool) -> None:
        self.act, self.left, self.is_asked, self.came = act, number, is_asked, ""
        self.depth = len(database.savepoint_ids)

    def between_statements(self, execute, *arguments):
        """Only outside a transaction: within one, nobody sees what somebody else writes."""
        answer = execute(*arguments)
        if not self.is_asked and len(database.savepoint_ids) == self.depth:
            self._pass_by()
        return answer

    def while_asked(self) -> None:
        if self.is_asked:
            self._pass_by()

    def _pass_by(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.act()


@contextmanager
def a_person_acts(world: World, edit: Edit, number: int, *, is_asked: bool) -> Iterator[Gap]:
    """In that gap; ``came`` says what of it, and is empty when there was no such gap."""

    def act() -> None:
        try:
            with transaction.atomic():
                edit(world, world.shipment)
            gap.came = "accepted"
        except REFUSED:
            gap.came = "refused"

    gap, fetch = Gap(act, number, is_asked=is_asked), world.acme.fetch_orders

    def fetch_orders(ids):
        page = fetch(ids)
        gap.while_asked()
        return page

    world.acme.fetch_orders = fetch_orders
    world.gateway.asked = gap.while_asked
    try:
        with database.execute_wrapper(gap.between_statements):
            yield gap
    finally:
        world.acme.fetch_orders = fetch
        world.gateway.asked = lambda: None


def is_kept(edit: Edit, world: World) -> bool:
    """Whether an accepted edit is in the rows, as far as it says something that stays."""
    rows = list(Shipment.objects.filter(parent=None, order__isnull=False))
    deleted = Shipment.including_deleted.exclude(deleted_at=None)
    checks: dict[Edit, Callable[[], bool]] = {
        correct: lambda: rows[0].number == "99",
        split: lambda: [line["pieces"] for row in rows for line in row.order_lines] in ([2, 1], [1, 2]),
        send_as_two: lambda: rows[0].parcel_count == 2,
        delete: lambda: not deleted.filter(barcode__isnull=False).exists(),
        choose_mailbox: lambda: rows[0].package_type == "mailbox",
        cancel_it: lambda: rows[0].status == "cancelled",
    }
    return checks.get(edit, lambda: True)()


def contradictions(world: World) -> list[str]:
    """Where a label or a promise says something else than its shipment."""
    found = []
    for shipment in Shipment.including_deleted.select_related("shop__preferences", "order", "fulfillment"):
        label = world.gateway.sent.get(str(shipment.public_id))
        if shipment.barcode and shipment.parent_id is None:
            own = build_consignment(shipment)
            for name in ("recipient", "choice", "weight", "parcel_count", "description"):
                if getattr(label, name) != getattr(own, name):
                    found.append(f"{name}: {getattr(label, name)} on the label, {getattr(own, name)} here")
        if shipment.fulfillment is not None and shipment.status != "cancelled":
            pieces = [[line["id"], line["pieces"]] for line in shipment.order_lines]
            if shipment.fulfillment.lines != pieces:
                found.append(f"promised {shipment.fulfillment.lines}, packed {pieces}")
    numbers = list(Fulfillment.objects.values_list("tracking_number", flat=True))
    if len(set(numbers)) != len(numbers):
        found.append(f"told twice: {numbers}")
    return found


@contextmanager
def undone_again(world: World) -> Iterator[None]:
    """What happens within leaves neither a row nor an answer of the fakes."""
    cache.clear()
    gateway = world.gateway
    before = list(world.acme.orders), dict(gateway.sent), list(gateway.registered), gateway.loses_answers
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    world.acme.orders, gateway.sent, gateway.registered, gateway.loses_answers = before


def live(world: World, work: Work, edit: Edit, number: int, *, is_asked: bool) -> str:
    """One life with the edit in that gap; whether the edit was accepted, empty without such a gap."""
    with undone_again(world):
        with a_person_acts(world, edit, number, is_asked=is_asked) as gap, suppress(*REFUSED):
            work.run(world)
        for _round in range(ROUNDS):
            time_passes()
            if not runner.run_due() + unanswered.look_up_due() + order_changes.apply_due():
                break
        wrong = contradictions(world)
        if gap.came == "accepted" and not is_kept(edit, world):
            wrong.append("the edit was accepted and is gone")
        if Job.objects.filter(finished_at=None).exists():
            wrong.append("a job never ends")
    where = "while asking" if is_asked else "between statements"
    assert not wrong, f"{edit.__name__} ({gap.came}) in gap {number} {where}: {wrong}"
    return gap.came


def count_gaps(world: World, work: Work, *, is_asked: bool) -> int:
    """How many gaps a life has in which nobody acts."""
    never = sys.maxsize
    with undone_again(world), a_person_acts(world, delete, never, is_asked=is_asked) as gap, suppress(*REFUSED):
        work.run(world)
    return never - gap.left


def sample(edit: Edit, gaps: int, *, is_asked: bool) -> range:
    """Some of the gaps between statements: others for each edit, and others again on each database.

    While somebody is asked it is all of them on one database; on the other the first shows that it is the same there.
    """
    if is_asked:
        return range(1, 1 + (gaps if database.vendor == "sqlite" else min(gaps, 1)))
    first = EDITS.index(edit) + EVERY_GAP // 2 * (database.vendor == "postgresql")
    return range(1 + first % min(EVERY_GAP, gaps), 1 + gaps, EVERY_GAP)


@pytest.mark.parametrize("name", WORK)
def test_what_a_person_changes_while_work_goes_on_is_never_lost(
    acme: FakePlatform, gateway, shop, owner, files_dir, settings, name
):
    settings.REQUESTS_PER_MINUTE = 100_000
    fill_sender(shop)
    world = World(acme, gateway, make_connection(shop), owner)
    mugs = (OrderLine("line-1", "Mok", 3, sku="MOK-1", weight=350),)
    home = OrderAddress("Hanna", "Vermeulen", line1="Lindelaan 12", postal_code="3524 KB", city="Utrecht", country="NL")
    acme.orders = [make_order(1, lines=mugs, address=home)]
    mirror_order(world.connection, acme.orders[0])
    work, came = WORK[name], set()
    work.begin(world)
    gaps = {is_asked: count_gaps(world, work, is_asked=is_asked) for is_asked in (True, False)}
    for edit in EDITS:
        for is_asked in gaps:
            for number in sample(edit, gaps[is_asked], is_asked=is_asked):
                came.add((is_asked, live(world, work, edit, number, is_asked=is_asked)))
    assert (work.asks, "accepted") in came, "nobody could edit anything"
    assert bool(gaps[True]) == work.asks

"""A worker dies after each statement in turn: whoever comes next ends where an undisturbed worker would have."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection as database
from django.db import transaction
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.services import outbox
from carriers.gateways.base import Tracking, TrackingEvent
from carriers.gateways.local import LocalGateway
from carriers.tracking_status import TrackingStatus
from integrations.events import EventKind
from integrations.models import (
    Connection,
    ErasedOrder,
    ExternalOrder,
    Fulfillment,
    Installation,
    SyncRun,
    WebhookEvent,
)
from integrations.orders import OrderStatus
from integrations.services import connection_check, fulfillment_audit, fulfillments, sync, webhook_inbox
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_event, make_order
from jobs import runner
from jobs.models import Job
from lib.leases import LeasedRow
from privacy.models import PersonErasure, ShopExport
from privacy.services import erase_person, export_shop
from privacy.services.find_person import PersonQuery
from shipments.models import Shipment, ShipmentEvent
from shipments.services.csv_files import file_export, file_import
from shipments.services.drafts import bulk_edit
from shipments.services.imports import order_changes, order_import
from shipments.services.labels import register, registration_call, unanswered
from shipments.tests.factories import fill_sender, make_shipment
from tracking import poll

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(hours=1)
DAYS_AGO = timedelta(days=2)
SCANNED_AT = timezone.now() - LONG_AGO
FILE = b"referentie;naam;straat;huisnummer;postcode;plaats;gewicht (gram)\n1;Kim;Lindelaan;12;3524kb;Utrecht;700\n"
MAX_STATEMENTS = 400
# After so many rounds of every sweep nothing may be left to do.
ROUNDS = 3
Scenario = Callable[[FakePlatform, Connection, User], None]
Sweep = Callable[[], int]


class SimulatedCrash(BaseException):
    """Nothing catches this."""


@dataclass
class Carrier(LocalGateway):
    """A label gateway in memory: it remembers every label it made, and has delivered every parcel."""

    registered: list = field(default_factory=list)

    def register(self, consignments):
        answers = super().register(consignments)
        self.registered += answers
        return answers

    def find_registrations(self, consignments):
        made = {one.reference: one for one in self.registered}
        return {one.reference: made[one.reference] for one in consignments if one.reference in made}

    def track(self, external_ids):
        scan = TrackingEvent(TrackingStatus.DELIVERED, "I01", SCANNED_AT)
        return {
            external_id: Tracking(external_id, scan.status, is_final=True, scans=(scan,))
            for external_id in external_ids
        }

    def _barcodes(self, consignments):
        return {consignment.reference: [f"3S{consignment.reference}"] for consignment in consignments}


@pytest.fixture
def carrier(monkeypatch) -> Carrier:
    gateway = Carrier()
    for module in (registration_call, unanswered, poll):
        monkeypatch.setattr(module, "open_gateway", lambda *_: gateway)
    monkeypatch.setattr(register, "render_file", lambda *_, **__: True)
    return gateway


class CrashAfter:
    """Kills whoever works after so many statements and calls that act at the other side."""

    def __init__(self, after: int) -> None:
        self.left = after

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise SimulatedCrash

    def __call__(self, execute, *arguments):
        answer = execute(*arguments)
        self.step()
        return answer


@contextmanager
def killed_after(steps: int, acme: FakePlatform, carrier: Carrier) -> Iterator[None]:
    """The world in which the worker dies; a call that acts at the other side counts too, and has acted by then."""
    reaper, push, register = CrashAfter(steps), acme.push, carrier.register

    def then_step(call):
        def called(rows):
            answer = call(rows)
            reaper.step()
            return answer

        return called

    acme.push, carrier.register = then_step(push), then_step(register)
    try:
        with database.execute_wrapper(reaper):
            yield
    finally:
        acme.push, carrier.register = push, register


def time_passes() -> None:
    """Every lease of the dead runs out, and everything that waits is due."""
    past = timezone.now() - LONG_AGO
    for rows in (model._default_manager for model in LeasedRow.__subclasses__()):
        rows.exclude(lease_until=None).update(lease_until=past)
        rows.exclude(next_at=None).update(next_at=past)
    Fulfillment.objects.exclude(sent_at=None).update(sent_at=past)
    Fulfillment.objects.exclude(audit_at=None).update(audit_at=past)
    Shipment.objects.exclude(next_poll_at=None).update(next_poll_at=past)
    Connection.objects.update(paused_until=None, token_lease_until=None, probe_lease_until=None)
    Connection.objects.exclude(checked_at=None).update(checked_at=past - DAYS_AGO)


def work(sweeps: Sequence[Sweep]) -> int:
    """One round; answers how many rows were handled."""
    return sum(sweep() for sweep in sweeps)


def push() -> int:
    return fulfillments.push_due(seconds=0)


def some_orders(acme: FakePlatform) -> None:
    acme.orders = [make_order(number) for number in (1, 2, 3)]
    acme.page_size = 2


def reading(acme: FakePlatform, connection: Connection, _owner: User) -> None:
    some_orders(acme)
    sync.request_sync(connection)


def importing_three(acme: FakePlatform, connection: Connection, owner: User) -> None:
    for number in (1, 2, 3):
        mirror_order(connection, make_order(number))
    order_import.start_import(connection.shop, owner, orders=connection.orders.order_by("pk"), key="k")


def telling_three(acme: FakePlatform, connection: Connection, _owner: User) -> None:
    for number in (1, 2, 3):
        make_fulfillment(connection, number)


def taking_back(acme: FakePlatform, connection: Connection, owner: User) -> None:
    telling_three(acme, connection, owner)
    fulfillments.push_due()
    for row in list(Fulfillment.objects.all()):
        fulfillments.enqueue_deletion(row.source_id)


def following_changes(acme: FakePlatform, connection: Connection, _owner: User) -> None:
    for number in (1, 2, 3):
        order = mirror_order(connection, make_order(number))
        make_shipment(connection.shop, reference=order.number, order=order, order_fingerprint={"refunded": 0})
        canceled = replace(order.order, status=OrderStatus.CANCELED, updated_at=order.changed_at + LONG_AGO)
        mirror_order(connection, canceled)


def receiving(acme: FakePlatform, connection: Connection, _owner: User) -> None:
    """Orders to read, one to erase, and the app removed from one site and installed on another."""
    mirror_order(connection, make_order(2))
    acme.orders = [make_order(1)]
    removed = make_connection(connection.shop)
    for event in (
        make_event("read", order_id="order-1", installation=connection.external_id),
        make_event("gone", order_id="order-9", installation=connection.external_id),
        make_event("erase", order_id="order-2", installation=connection.external_id, erases=True),
        make_event("remove", kind=EventKind.REMOVED, installation=removed.external_id, happened_at=timezone.now()),
        make_event("install", kind=EventKind.INSTALLED, installation="new-site", happened_at=timezone.now()),
    ):
        acme.events[event.event_id] = event
        assert webhook_inbox.receive("acme", {}, event.event_id.encode())


def counting(acme: FakePlatform, connection: Connection, owner: User) -> None:
    """One parcel is as it should be, one is missing at the shop."""
    telling_three(acme, connection, owner)
    fulfillments.push_due()
    del acme.fulfillments["order-2"]
    Fulfillment.objects.update(audit_at=timezone.now() - LONG_AGO)


def asking_carriers(_acme: FakePlatform, connection: Connection, _owner: User) -> None:
    for number in ("1", "2"):
        due = {"next_poll_at": timezone.now() - LONG_AGO, "status_at": timezone.now() - LONG_AGO}
        make_shipment(connection.shop, reference=number, external_id=number, gateway="local", status="printed", **due)


def labelling_two(acme: FakePlatform, connection: Connection, owner: User) -> None:
    fill_sender(connection.shop)
    acme.orders = [make_order(number) for number in (1, 2)]
    for order in acme.orders:
        row = mirror_order(connection, order)
        lines = [{"id": "line-1", "pieces": 2}]
        make_shipment(connection.shop, reference=order.number, order=row, order_lines=lines)
    shipments = connection.shop.shipments.order_by("pk")
    register.start_labels(connection.shop, owner, shipments=shipments, layout="a6", start=1, key="k")


def editing(_acme: FakePlatform, connection: Connection, owner: User) -> None:
    for number in ("1", "2"):
        make_shipment(connection.shop, reference=number)
    shipments = connection.shop.shipments.order_by("pk")
    bulk_edit.start_edit(connection.shop, owner, shipments=shipments, changes={"package_type": "mailbox"}, key="k")


def exporting_two(_acme: FakePlatform, connection: Connection, owner: User) -> None:
    for number in ("1", "2"):
        make_shipment(connection.shop, reference=number)
    file_export.start_export(connection.shop, owner, shipments=connection.shop.shipments.order_by("pk"), key="k")


def uploading_one(_acme: FakePlatform, connection: Connection, owner: User) -> None:
    file_import.start_upload(connection.shop, owner, file_import.store_upload(connection.shop, FILE))


def looking_up(acme: FakePlatform, connection: Connection, owner: User) -> None:
    """The answer about two labels was lost, and the job has ended."""
    labelling_two(acme, connection, owner)
    Job.objects.all().delete()
    due = {"gateway": "acmepost", "next_poll_at": timezone.now() - LONG_AGO, "status_at": timezone.now() - LONG_AGO}
    Shipment.objects.update(status="registering", **due)


def mailing(_acme: FakePlatform, _connection: Connection, owner: User) -> None:
    mail.outbox.clear()
    for number in (1, 2):
        outbox.enqueue_mail(f"person-{number}@example.com", "nl", "accounts/mail/account_changed", {})


def erasing_a_person(acme: FakePlatform, connection: Connection, owner: User) -> None:
    for number in (1, 2):
        order = mirror_order(connection, make_order(number))
        make_shipment(connection.shop, reference=order.number, order=order, email="hanna@example.com")
    erase_person.request_erasure(connection.shop, PersonQuery(email="hanna@example.com"), by=owner)


def exporting_a_shop(_acme: FakePlatform, connection: Connection, owner: User) -> None:
    make_shipment(connection.shop, reference="1")
    export_shop.request_export(connection.shop, by=owner)


def checking_all(_acme: FakePlatform, connection: Connection, _owner: User) -> None:
    """Nobody looked at these for days; one lacks a permission and has it again."""
    long_ago = timezone.now() - DAYS_AGO
    make_connection(connection.shop, state="permission")
    Connection.objects.update(connected_at=long_ago, checked_at=long_ago)


def test_every_model_of_work_has_a_scene():
    handled = {Fulfillment, Job, OutgoingMail, PersonErasure, ShopExport, SyncRun, WebhookEvent}
    assert set(LeasedRow.__subclasses__()) == handled, "add a scene, and what it leaves, for a new kind of work"


# What there is to do, and the sweeps that do it.
SCENES: dict[Scenario, Sequence[Sweep]] = {
    reading: [sync.sync_due],
    importing_three: [runner.run_due, order_changes.apply_due],
    telling_three: [push, fulfillment_audit.audit_due],
    taking_back: [push, fulfillment_audit.audit_due],
    following_changes: [order_changes.apply_due],
    receiving: [webhook_inbox.apply_due],
    counting: [fulfillment_audit.audit_due, push],
    asking_carriers: [poll.poll_due],
    labelling_two: [runner.run_due],
    editing: [runner.run_due],
    exporting_two: [runner.run_due],
    uploading_one: [runner.run_due],
    looking_up: [unanswered.look_up_due],
    mailing: [outbox.send_due],
    erasing_a_person: [erase_person.erase_due],
    exporting_a_shop: [export_shop.export_due],
    checking_all: [connection_check.check_due],
}


def what_there_is(acme: FakePlatform, carrier: Carrier) -> dict[str, object]:
    """The end state, without ids and times, and what was asked of the shop and the carrier on the way there."""
    shipments = ("reference", "status", "order_alert", "blocked_by", "barcode", "package_type", "tracking_status")
    return {
        "mirror": sorted(ExternalOrder.objects.values_list("number", "eligibility", "changes_pending")),
        "runs": sorted(SyncRun.objects.values_list("state", "created")),
        "shipments": sorted(Shipment.objects.values_list(*shipments), key=str),
        "followed": sorted(Shipment.objects.exclude(next_poll_at=None).values_list("reference", flat=True)),
        "log": sorted(ShipmentEvent.objects.values_list("shipment__reference", "kind")),
        "jobs": sorted(Job.objects.values_list("state", "items__state", "file")),
        "promises": sorted(Fulfillment.objects.values_list("tracking_number", "state")),
        "told": sorted(update.tracking_number for kept in acme.fulfillments.values() for update in kept),
        "pushed": sorted((update.tracking_number, update.is_deletion) for update in acme.pushed),
        "registered": sorted(answer.reference for answer in carrier.registered),
        "events": sorted(WebhookEvent.objects.values_list("event_id", "state", "reason")),
        "installations": sorted(Installation.objects.values_list("external_id", "state")),
        "mails": sorted(OutgoingMail.objects.values_list("state", flat=True)),
        "people": PersonErasure.objects.filter(finished_at=None).count(),
        "recipients": sorted(Shipment.objects.values_list("person", "email", "search_text")),
        "exports": ShopExport.objects.filter(finished_at=None).count(),
        "erased": ErasedOrder.objects.count(),
        "connections": sorted(
            (row.external_id, row.state, sorted((check["code"], check["ok"]) for check in row.checks))
            for row in Connection.objects.all()
        ),
    }


def play(
    acme: FakePlatform, carrier: Carrier, sweeps: Sequence[Sweep], die_after: int
) -> tuple[dict[str, object], bool]:
    """Let a worker die and others finish; what there is then, and whether anybody died. Everything is undone again."""
    told_before = {order_id: list(kept) for order_id, kept in acme.fulfillments.items()}
    acme.pushed.clear()
    carrier.registered.clear()
    cache.clear()  # so that the calls of all these lives do not use up one minute's budget
    died = False
    with transaction.atomic():
        try:
            with killed_after(die_after, acme, carrier):
                work(sweeps)
        except SimulatedCrash:
            died = True
            # A death inside atomic(savepoint=False) would have us undo what came before it, too.
            transaction.set_rollback(False)
        for _round in range(ROUNDS):
            time_passes()
            if not work(sweeps):
                break
        found = what_there_is(acme, carrier)
        transaction.set_rollback(True)
    acme.fulfillments = told_before
    return found, died


@pytest.mark.parametrize(("scene", "sweeps"), SCENES.items(), ids=[scene.__name__ for scene in SCENES])
def test_dying_anywhere_loses_and_doubles_nothing(
    acme: FakePlatform, carrier, shop, owner, files_dir, settings, scene, sweeps
):
    # What is undone for the next try are rows; the calls it made in this minute stay counted.
    settings.REQUESTS_PER_MINUTE = 100_000
    scene(acme, make_connection(shop), owner)
    undisturbed, _died = play(acme, carrier, sweeps, die_after=0)
    # After every statement, on one of the databases: every third on PostgreSQL, where a run costs three times as much.
    is_mine = database.vendor == "postgresql"
    for after in (number for number in range(1, MAX_STATEMENTS) if (number % 3 == 1) == is_mine):
        found, died = play(acme, carrier, sweeps, die_after=after)
        assert found == undisturbed, f"died after statement {after}"
        if not died:
            break
    assert 5 < after < MAX_STATEMENTS - 1

"""What a person can do to a shipment while somebody works on it, and the world in which it happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from accounts.models import User
from carriers.gateways.base import Tracking
from carriers.parcels import Consignment
from carriers.tracking_status import TrackingStatus
from integrations.models import Connection
from integrations.tests.fake_platform import FakePlatform
from jobs import runner
from jobs.models import Job
from lib.http import ApiUnavailable
from shipments.job_kinds import JobKind
from shipments.models import Shipment
from shipments.services.drafts import bulk_edit, trash
from shipments.services.drafts.edit import edit_draft
from shipments.services.drafts.multi_collo import send_together
from shipments.services.drafts.save import EditConflict, NotADraft
from shipments.services.drafts.split import SplitError, even_split, split_draft
from shipments.services.imports import order_changes, order_import
from shipments.services.labels import cancel, files, returns
from tests.test_crash_at_every_line import Carrier

REFUSED = (EditConflict, NotADraft, SplitError, cancel.CancelError, returns.ReturnError)


@dataclass
class Gateway(Carrier):
    """A carrier that keeps what each label bears; ``asked`` is called while somebody waits for its answer."""

    sent: dict[str, Consignment] = field(default_factory=dict)
    asked: Callable[[], None] = lambda: None
    loses_answers: int = 0
    is_silent: bool = False

    def register(self, consignments):
        self.sent |= {one.reference: one for one in consignments}
        answers = super().register(consignments)
        self.asked()
        if self.loses_answers:
            self.loses_answers -= 1
            raise ApiUnavailable("the answer was lost")
        return answers

    def find_registrations(self, consignments):
        self.asked()
        if self.is_silent:
            raise ApiUnavailable("down")
        return super().find_registrations(consignments)

    def cancel(self, external_id):
        self.asked()

    def track(self, external_ids):
        self.asked()
        return {one: Tracking(one, TrackingStatus.SORTED, is_final=False) for one in external_ids}

    def register_return(self, order):
        self.asked()
        return replace(super().register_return(order), barcode="3SRETURN1")


@dataclass
class World:
    """One order of three mugs, its draft, and everybody who is asked about them."""

    acme: FakePlatform
    gateway: Gateway
    connection: Connection
    owner: User

    @property
    def shipment(self) -> Shipment:
        """As a page would load it now; a person who has no draft yet imports the order first."""
        if not Shipment.including_deleted.exists():
            orders = self.connection.orders.all()
            order_import.import_now(self.connection.shop, self.owner, orders=orders, key="by hand")
        return Shipment.including_deleted.select_related("shop", "order__connection").order_by("pk")[0]


# What a person can do to a shipment while somebody works on it.


def correct(world: World, shipment: Shipment) -> None:
    content = replace(shipment.content, recipient=replace(shipment.recipient, number="99"))
    edit_draft(shipment, by=world.owner, version=shipment.version, content=content)


def split(world: World, shipment: Shipment) -> None:
    split_draft(shipment, by=world.owner, version=shipment.version, parts=even_split(shipment, 2))


def send_as_two(world: World, shipment: Shipment) -> None:
    send_together(shipment, by=world.owner, version=shipment.version, count=2)


def delete(world: World, shipment: Shipment) -> None:
    trash.delete_drafts(Shipment.objects.filter(pk=shipment.pk), by=world.owner)


def choose_mailbox(world: World, shipment: Shipment) -> None:
    """Another job, of somebody else."""
    rows = Shipment.objects.filter(pk=shipment.pk)
    shop = world.connection.shop
    changes = {"package_type": "mailbox"}
    job = bulk_edit.start_edit(shop, world.owner, shipments=rows, changes=changes, key="meanwhile")
    runner.run_due()
    if not job.items.filter(state="ok").exists():
        raise NotADraft


def cancel_it(world: World, shipment: Shipment) -> None:
    cancel.cancel_label(shipment, by=world.owner)


def print_it(world: World, shipment: Shipment) -> None:
    for job in Job.objects.filter(kind=JobKind.LABELS):
        files.mark_printed(job, world.owner)


def acknowledge(world: World, shipment: Shipment) -> None:
    order_changes.acknowledge(shipment)


Edit = Callable[[World, Shipment], None]
EDITS: Sequence[Edit] = (correct, split, send_as_two, delete, choose_mailbox, cancel_it, print_it, acknowledge)

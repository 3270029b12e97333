"""Labels of which it is unknown whether they exist: looked up before anything else, and never plain drafts."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from carriers.gateways.local import LocalGateway
from integrations.models import Fulfillment
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from jobs.models import Job
from lib.http import ApiUnavailable
from lib.rate_limit import LimitReached
from shipments.models import Shipment
from shipments.services.labels import unanswered
from shipments.services.labels.barcode_numbers import allocate_numbers
from shipments.tests.test_register_labels import connection, imported, make_labels, use_gateway

__all__ = ["connection"]
pytestmark = pytest.mark.django_db


def test_a_lost_answer_is_looked_for_before_anything_is_announced_again(
    acme: FakePlatform, connection, owner, monkeypatch
):
    imported(acme, connection, owner, make_order(1), make_order(2))
    done: dict = {}

    class Gateway(LocalGateway):
        def find_registrations(self, consignments):
            return {one.reference: done[one.reference] for one in consignments if one.reference in done}

        def register(self, consignments):
            for answer in super().register(consignments):
                done[answer.reference] = answer
            raise ApiUnavailable("the answer was lost")

    gateway = Gateway(partial(allocate_numbers, connection.shop_id))
    use_gateway(monkeypatch, gateway)
    job = make_labels(connection, owner)
    assert job.state == "running"
    assert job.waiting_message
    assert set(Shipment.objects.values_list("status", flat=True)) == {"registering"}
    monkeypatch.setattr(Gateway, "register", LocalGateway.register)
    assert runner.run_due() == 0, "it waits before it looks"
    Job.objects.filter(pk=job.pk).update(next_at=timezone.now())
    runner.run_due()
    registered = {answer.barcode for answer in done.values()}
    assert set(Shipment.objects.values_list("barcode", flat=True)) == registered
    job.refresh_from_db()
    assert job.state == "done"


class SilentGateway(LocalGateway):
    """Registers and does not answer. ``known`` are its registrations; a look-up fails as long as ``is_down``."""

    def __init__(self, shop_id: int) -> None:
        super().__init__(partial(allocate_numbers, shop_id))
        self.known: dict = {}
        self.is_down = True

    def register(self, consignments):
        self.known |= {answer.reference: answer for answer in super().register(consignments)}
        raise ApiUnavailable("the answer was lost")

    def find_registrations(self, consignments):
        if self.is_down:
            raise ApiUnavailable("down")
        return {one.reference: self.known[one.reference] for one in consignments if one.reference in self.known}


@pytest.fixture
def silent(connection, monkeypatch) -> SilentGateway:
    gateway = SilentGateway(connection.shop_id)
    use_gateway(monkeypatch, gateway)
    return gateway


def give_up(job: Job) -> None:
    """Run the job once more, after the time in which it tries again."""
    Job.objects.filter(pk=job.pk).update(next_at=timezone.now(), created_at=timezone.now() - timedelta(hours=2))
    runner.run_due()
    job.refresh_from_db()


def test_a_label_that_may_exist_is_never_a_plain_draft(acme, connection, owner, silent, client_for):
    (shipment,) = imported(acme, connection, owner, make_order(1))
    job = make_labels(connection, owner)
    give_up(job)
    item = job.items.get()
    assert (item.state, item.code, item.retryable) == ("refused", "unknown", True)
    shipment.refresh_from_db()
    assert shipment.status == "registering"
    Shipment.objects.update(status_at=timezone.now() - timedelta(hours=1))
    page = client_for(owner).get(f"/zendingen/{shipment.public_id}/").content.decode()
    assert "Het is nog onbekend of dit label bestaat" in page
    assert client_for(owner).get(f"/zendingen/{shipment.public_id}/bewerken/").status_code == 302, "nobody edits it"


def test_without_a_key_the_page_says_that_nobody_can_ask(acme, connection, owner, silent, client_for):
    (shipment,) = imported(acme, connection, owner, make_order(1))
    give_up(make_labels(connection, owner))
    Shipment.objects.update(status_at=timezone.now() - timedelta(hours=1))
    connection.shop.gateway_account.delete()
    page = client_for(owner).get(f"/zendingen/{shipment.public_id}/").content.decode()
    assert "Zonder je API-sleutel van AcmePost kan niemand het vragen." in page


def test_a_gateway_that_answers_again_ends_the_doubt_by_itself(acme, connection, owner, silent):
    (shipment,) = imported(acme, connection, owner, make_order(1))
    give_up(make_labels(connection, owner))
    assert unanswered.look_up_due() == 1
    assert Shipment.objects.get().status == "registering"
    silent.is_down = False
    Shipment.objects.update(next_poll_at=timezone.now())
    assert unanswered.look_up_due() == 1
    shipment.refresh_from_db()
    (known,) = silent.known.values()
    assert (shipment.status, shipment.barcode) == ("registered", known.barcode)
    assert Fulfillment.objects.get().tracking_number == known.barcode


def test_a_shop_that_falls_silent_after_a_lost_answer_makes_no_draft_of_the_label(acme, connection, owner, silent):
    imported(acme, connection, owner, make_order(1))
    job = make_labels(connection, owner)
    acme.fail["fetch_orders"] = [ApiUnavailable("down")]
    silent.is_down = False
    Job.objects.filter(pk=job.pk).update(next_at=timezone.now())
    runner.run_due()
    assert Shipment.objects.get().status == "registered"
    assert len(silent.known) == 1


def test_the_next_job_asks_before_it_creates(acme, connection, owner, silent):
    imported(acme, connection, owner, make_order(1))
    job = make_labels(connection, owner)
    give_up(job)
    silent.is_down = False
    Shipment.objects.update(status_at=timezone.now() - timedelta(hours=1))
    runner.retry_failed(job, owner)
    runner.run_due()
    assert Shipment.objects.get().status == "registered"
    assert len(silent.known) == 1


def test_a_call_that_certainly_never_left_is_no_doubt(acme, connection, owner, monkeypatch):
    class Gateway(LocalGateway):
        def register(self, consignments):
            raise ApiUnavailable("no connection", sent=False)

    imported(acme, connection, owner, make_order(1))
    use_gateway(monkeypatch, Gateway(partial(allocate_numbers, connection.shop_id)))
    job = make_labels(connection, owner)
    assert (job.is_finished, job.items.get().state, Shipment.objects.get().status) == (False, "waiting", "draft")
    give_up(job)
    assert (job.items.get().code, Shipment.objects.get().status) == ("no_answer", "draft")


def test_asking_now_says_what_the_gateway_answered(acme, connection, owner, silent, client_for):
    (shipment,) = imported(acme, connection, owner, make_order(1))
    give_up(make_labels(connection, owner))
    Shipment.objects.update(status_at=timezone.now() - timedelta(hours=1))
    merchant, address = client_for(owner), f"/zendingen/{shipment.public_id}/opzoeken/"
    assert "nog geen antwoord" in merchant.post(address, follow=True).content.decode()
    silent.is_down = False
    silent.known.clear()
    assert "Er is geen label gemaakt" in merchant.post(address, follow=True).content.decode()
    assert Shipment.objects.get().status == "draft"


def test_stopping_while_the_gateway_is_away_leaves_the_label_to_be_looked_up(acme, connection, owner, silent):
    imported(acme, connection, owner, make_order(1))
    job = make_labels(connection, owner)
    runner.request_stop(job)
    runner.run_due()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert Shipment.objects.get().status == "registering"
    silent.is_down = False
    assert unanswered.look_up_due() == 1
    assert Shipment.objects.get().status == "registered"


def test_a_label_that_is_not_there_is_made_again_only_when_none_can_arrive_any_more(
    acme, connection, owner, silent, settings
):
    """A call that was given up may still be on its way: the label would be made, and paid, twice."""
    settings.LABEL_SETTLE_SECONDS = 90
    imported(acme, connection, owner, make_order(1))
    silent.is_down = False
    job = make_labels(connection, owner)
    late, silent.known = silent.known, {}
    Job.objects.filter(pk=job.pk).update(next_at=timezone.now())
    runner.run_due()
    assert Shipment.objects.get().status == "registering", "it is not believed yet"
    assert silent.known == {}
    job.refresh_from_db()
    assert (job.next_at - timezone.now()).total_seconds() > 60
    silent.known = late
    Job.objects.filter(pk=job.pk).update(next_at=timezone.now())
    runner.run_due()
    (known,) = late.values()
    assert Shipment.objects.get().barcode == known.barcode


def test_after_the_time_to_settle_a_label_that_never_came_is_made(acme, connection, owner, silent, settings):
    settings.LABEL_SETTLE_SECONDS = 90
    imported(acme, connection, owner, make_order(1))
    silent.is_down = False
    job = make_labels(connection, owner)
    silent.known = {}
    Shipment.objects.update(status_at=timezone.now() - timedelta(seconds=91))
    silent.register = partial(LocalGateway.register, silent)
    Job.objects.filter(pk=job.pk).update(next_at=timezone.now())
    runner.run_due()
    assert Shipment.objects.get().status == "registered"


def test_the_others_do_not_wait_for_a_label_that_nobody_can_tell_of_yet(
    acme, connection, owner, silent, settings, monkeypatch
):
    settings.LABEL_SETTLE_SECONDS = 90
    monkeypatch.setattr(runner, "ITEM_BATCH_SIZE", 2)
    imported(acme, connection, owner, *(make_order(number) for number in range(1, 7)))
    silent.is_down = False
    job = make_labels(connection, owner)
    lost, silent.known = silent.known, {}
    monkeypatch.setattr(silent, "register", partial(LocalGateway.register, silent))
    Job.objects.filter(pk=job.pk).update(next_at=timezone.now())

    runner.run_due()

    registering = Shipment.objects.filter(status="registering")
    assert {str(one.public_id) for one in registering} == lost.keys()
    assert Shipment.objects.filter(status="registered").count() == 6 - len(lost)
    job.refresh_from_db()
    assert job.state == "running"
    assert 60 < (job.next_at - timezone.now()).total_seconds() <= 90


class ListingGateway(SilentGateway):
    """Knows its labels; ``allowed`` is how many may still be asked for one by one."""

    def __init__(self, shop_id: int) -> None:
        super().__init__(shop_id)
        self.is_down, self.allowed, self.asked = False, 100, 0

    def find_recent(self, consignments):
        return super().find_registrations(consignments)

    def find_registrations(self, consignments):
        if self.asked + len(consignments) > self.allowed:
            raise LimitReached(40)
        self.asked += len(consignments)
        return super().find_registrations(consignments)


@pytest.fixture
def listing(acme, connection, owner, settings, monkeypatch) -> ListingGateway:
    """The answers of five labels were lost, and one of them was never made."""
    settings.LABEL_SETTLE_SECONDS = 90
    gateway = ListingGateway(connection.shop_id)
    use_gateway(monkeypatch, gateway)
    imported(acme, connection, owner, *(make_order(number) for number in range(1, 6)))
    make_labels(connection, owner)
    gateway.known.popitem()
    return gateway


def test_of_several_lost_answers_the_newest_labels_tell(connection, listing):
    """As long as the one that is missing may still come, nobody asks for it by itself."""
    Shipment.objects.update(next_poll_at=timezone.now())
    unanswered.look_up_due()
    assert listing.asked == 0
    assert Shipment.objects.filter(status="registered").count() == 4
    Shipment.objects.update(status_at=timezone.now() - timedelta(seconds=91), next_poll_at=timezone.now())
    unanswered.look_up_due()
    assert listing.asked == 1
    assert Shipment.objects.filter(status="draft").count() == 1


def test_a_label_that_could_come_when_it_was_asked_for_is_not_given_up(connection, listing, settings, monkeypatch):
    """Asking for the others takes long, and afterwards nothing could come any more."""

    def take_long(_shop_id):
        settings.LABEL_SETTLE_SECONDS = 0

    monkeypatch.setattr(unanswered, "record_success", take_long)
    unanswered.look_up_now(list(Shipment.objects.values_list("pk", flat=True)))
    assert (listing.asked, Shipment.objects.filter(status="registering").count()) == (0, 1)


def test_what_was_asked_before_a_limit_is_kept(connection, listing):
    listing.known, listing.allowed = {}, 2
    past = timezone.now() - timedelta(seconds=91)
    Shipment.objects.update(status_at=past, next_poll_at=timezone.now())
    unanswered.look_up_due()
    assert Shipment.objects.filter(status="draft").count() == 2
    rest = Shipment.objects.filter(status="registering")
    assert rest.count() == 3
    assert min(one.next_poll_at for one in rest) > timezone.now() + timedelta(seconds=30)


def test_parcels_whose_answer_was_lost_go_in_ever_smaller_parts(acme, connection, owner, monkeypatch):
    """One of them may fell the gateway; the others must not wait for it for ever."""

    class Gateway(LocalGateway):
        def register(self, consignments):
            sizes.append(len(consignments))
            if any(one.reference == poison for one in consignments):
                raise ApiUnavailable("HTTP 500", status=500)
            return super().register(consignments)

    sizes: list[int] = []
    shipments = imported(acme, connection, owner, *(make_order(number) for number in range(1, 9)))
    poison = str(shipments[2].public_id)
    use_gateway(monkeypatch, Gateway(partial(allocate_numbers, connection.shop_id)))
    job = make_labels(connection, owner)
    for _round in range(6):
        Job.objects.filter(pk=job.pk).update(next_at=timezone.now())
        runner.run_due()
    assert sizes[0] == 8
    assert sizes[-1] == 1
    assert list(Shipment.objects.exclude(status="registered").values_list("public_id", flat=True)) == [
        shipments[2].public_id
    ]

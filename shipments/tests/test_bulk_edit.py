"""Bulk edit: impossible changes fail per draft with a reason, the others are saved, and undo works for ten minutes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.services.drafts import bulk_edit
from shipments.tests.factories import make_shipment

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def edit(shop, owner, key: str = "k", **changes: object) -> Job:
    job = bulk_edit.start_edit(shop, owner, shipments=shop.shipments.order_by("pk"), changes=changes, key=key)
    runner.run_due()
    job.refresh_from_db()
    return job


def outcome(job: Job) -> list[tuple[str, str]]:
    return [(item.state, item.code) for item in job.items.all()]


def test_each_draft_changes_refuses_or_is_so_already(shop, owner):
    fits = make_shipment(shop)
    make_shipment(shop, package_type="mailbox")
    heavy = make_shipment(shop, weight=15_000)
    abroad = make_shipment(shop, country="US", region="OR", postal_code="97209", blocked_by="customs")
    make_shipment(shop, status="registered", barcode="3S1")
    job = edit(shop, owner, package_type="mailbox")
    assert [state for state, _code in outcome(job)] == ["ok", "already", "refused", "refused", "refused"]
    assert outcome(job)[2][1] == "too_heavy"
    assert outcome(job)[4][1] == "has_label"
    fits.refresh_from_db()
    assert (fits.package_type, fits.version) == ("mailbox", 2)
    assert [(event.kind, event.text["nl"]) for event in fits.events.all()] == [
        ("edited", "PostNL · Pakket → PostNL · Brievenbuspakje")
    ]
    for untouched in (heavy, abroad):
        untouched.refresh_from_db()
        assert (untouched.package_type, untouched.version) == ("package", 1)


def test_what_stands_in_the_way_goes_off_and_is_named(shop):
    shipment = make_shipment(shop, signature=True)
    plan = bulk_edit.plan_edit(shipment, {"package_type": "mailbox"})
    assert plan.blocker is None
    assert plan.choice.signature is False
    with override("nl"):
        assert "Handtekening voor ontvangst is uitgezet." in str(plan.consequences[0])


def test_an_option_that_cannot_be_there_refuses_with_the_reason(shop):
    belgian = make_shipment(shop, country="BE", postal_code="9000", city="Gent")
    plan = bulk_edit.plan_edit(belgian, {"age_check": True})
    assert plan.blocker is not None
    assert plan.blocker.field == "age_check"
    assert plan.choice == belgian.choice


def test_the_same_form_twice_is_one_edit(shop, owner):
    make_shipment(shop)
    first, second = edit(shop, owner, signature=True), edit(shop, owner, signature=True)
    assert first.pk == second.pk
    assert Shipment.objects.get().version == 2


def test_undo_gives_back_what_was_there_and_leaves_what_changed_since(shop, owner):
    one, two = make_shipment(shop), make_shipment(shop, only_recipient=True)
    job = edit(shop, owner, signature=True)
    Shipment.objects.filter(pk=two.pk).update(version=9, description="typed since")
    back = bulk_edit.start_undo(job, owner)
    assert bulk_edit.start_undo(job, owner).pk == back.pk
    runner.run_due()
    assert outcome(back) == [("ok", ""), ("refused", "changed")]
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.signature, one.version) == (False, 3)
    assert (two.signature, two.only_recipient) == (True, True)
    back.refresh_from_db()
    assert not bulk_edit.can_undo(back), "an undo is not undone"


def test_undo_ends_after_ten_minutes(merchant, shop, owner):
    make_shipment(shop)
    job = edit(shop, owner, signature=True)
    assert bulk_edit.can_undo(job)
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - bulk_edit.UNDO_WINDOW - timedelta(seconds=1))
    merchant.post(f"/zendingen/taken/{job.public_id}/ongedaan/")
    assert Job.objects.count() == 1


def test_a_worker_that_dies_half_way_changes_nothing_twice(shop, owner, monkeypatch):
    for _number in range(3):
        make_shipment(shop)
    real, calls = runner.record, []

    def die_at_the_second(job, items):
        calls.append(items)
        if len(calls) == 2:
            raise RuntimeError("killed")
        real(job, items)

    monkeypatch.setattr(runner, "record", die_at_the_second)
    job = bulk_edit.start_edit(shop, owner, shipments=shop.shipments.all(), changes={"signature": True}, key="k")
    with pytest.raises(RuntimeError):
        runner.run_due()
    monkeypatch.setattr(runner, "record", real)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    runner.run_due()
    assert runner.progress(job).ok == 3
    assert {shipment.version for shipment in shop.shipments.all()} == {2}


def test_the_page_shows_per_row_what_happens_before_anything_does(merchant, shop):
    fits, heavy = make_shipment(shop, reference="1", signature=True), make_shipment(shop, reference="2", weight=15_000)
    ids = [str(fits.public_id), str(heavy.public_id)]
    page = merchant.post("/zendingen/selectie/bewerken/", {"shipment": ids}).content.decode()
    assert "Bewerk 2 concepten" in page
    form = {"shipment": ids, "package_type": "mailbox", "preview": "1"}
    page = merchant.post("/zendingen/selectie/bewerken/", form).content.decode()
    assert "1 concept verandert" in page
    assert "1 concept weigert" in page
    assert "PostNL · Pakket → PostNL · Brievenbuspakje" in page
    assert not Job.objects.exists()
    done = merchant.post("/zendingen/selectie/bewerken/", {**form, "apply": "1", "key": "k"})
    runner.run_due()
    page = merchant.get(done["Location"]).content.decode()
    assert "1 van de 2 concepten gewijzigd" in page
    assert "Ongedaan maken" in page


def test_a_form_that_asks_nothing_says_so(merchant, shop):
    form = {"shipment": str(make_shipment(shop).public_id), "apply": "1"}
    page = merchant.post("/zendingen/selectie/bewerken/", form).content.decode()
    assert "Kies ten minste één ding om te wijzigen." in page
    assert not Job.objects.exists()

"""The job page: progress, a summary with a link for each failure, and a file for members of the shop only."""

import re
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import make_user
from integrations.models import Connection, ExternalOrder
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from jobs import runner
from jobs.models import Job
from shipments.models import JobItem, Shipment
from shipments.services.imports import order_import
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import PackagePreferences, Shop
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(shop: Shop) -> Connection:
    return make_connection(shop)


@pytest.fixture
def mine(client_for, owner: User, shop: Shop) -> Client:
    owner.language = "en"
    owner.save()
    client: Client = client_for(owner)
    return client


@pytest.fixture
def stranger(client_for, rival: Shop) -> Client:
    client: Client = client_for(rival.memberships.get().user)
    return client


def path_of(job: Job, what: str = "") -> str:
    return f"/zendingen/taken/{job.public_id}/{what}"


def text(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return page.content.decode()


def an_import(shop: Shop, user: User, key: str = "k") -> Job:
    return order_import.start_import(shop, user, orders=ExternalOrder.objects.order_by("number"), key=key)


def labels_for(shop: Shop, user: User, key: str = "k") -> Job:
    shipments = Shipment.objects.order_by("pk")
    return register.start_labels(shop, user, shipments=shipments, layout="a6", start=1, key=key)


def finish(job: Job) -> Job:
    runner.run_due()
    job.refresh_from_db()
    assert job.is_finished
    return job


def test_a_waiting_job_asks_again_by_itself_and_has_a_link_for_who_has_no_script(
    mine: Client, shop: Shop, owner: User, connection: Connection
):
    mirror_order(connection)
    job = an_import(shop, owner)
    page = text(mine, path_of(job))
    assert "Importing: 0 of 1" in page
    assert f'hx-get="{path_of(job)}?progress_quarter=0"' in page
    assert f'<a href="{path_of(job)}">Refresh</a>' in page


def test_progress_is_announced_once_for_each_quarter(mine: Client, shop: Shop, owner: User, connection: Connection):
    for number in range(4):
        mirror_order(connection, make_order(number))
    job = an_import(shop, owner)
    assert "0% done" in text(mine, path_of(job))
    assert "0% done" not in text(mine, path_of(job) + "?progress_quarter=0")
    first = job.items.earliest("pk")
    JobItem.objects.filter(pk=first.pk).update(state="ok")
    assert "25% done" in text(mine, path_of(job) + "?progress_quarter=0")


def test_stopping_keeps_what_is_done_and_leaves_the_rest_in_the_list(
    mine: Client, shop: Shop, owner: User, connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("jobs.runner.ITEM_BATCH_SIZE", 2)
    for number in range(5):
        mirror_order(connection, make_order(number))
    job = an_import(shop, owner)
    assert mine.post(path_of(job, "stop/"))["Location"] == path_of(job)
    assert "Stopping" in text(mine, path_of(job))
    finish(job)
    page = text(mine, path_of(job))
    assert "2 of 5 orders imported" in page
    assert "3 orders were not imported and are still in the list." in page
    assert Shipment.objects.count() == 2


def test_stopping_what_is_finished_changes_nothing(mine: Client, shop: Shop, owner: User, connection: Connection):
    mirror_order(connection)
    job = finish(an_import(shop, owner))
    mine.post(path_of(job, "stop/"))
    assert "1 order imported" in text(mine, path_of(job))


def test_what_was_already_there_is_linked(mine: Client, shop: Shop, owner: User, connection: Connection):
    mirror_order(connection)
    finish(an_import(shop, owner, "first"))
    page = text(mine, path_of(finish(an_import(shop, owner, "second"))))
    assert "No order imported" in page
    assert f'<a href="/zendingen/{Shipment.objects.get().public_id}/">#10231</a>' in page.split("Unchanged")[1]


def test_an_order_refused_for_the_carrier_leads_to_the_preferences(
    mine: Client, shop: Shop, owner: User, connection: Connection
):
    PackagePreferences.objects.filter(shop=shop).update(carrier="dhlforyou")
    mirror_order(connection, abroad("US", 7))
    page = text(mine, path_of(finish(an_import(shop, owner))))
    assert "Choose PostNL as default carrier" in page
    assert re.search(r'href="/instellingen/zendingen/\?next=%2Fzendingen%2Ftaken%2F[^"]+">\s*Change parcel pref', page)


def test_an_order_cancelled_meanwhile_is_shown_in_its_own_sites_list(
    mine: Client, shop: Shop, owner: User, connection: Connection
):
    mirror_order(connection, make_order(7))
    job = an_import(shop, owner)
    ExternalOrder.objects.update(eligibility="canceled")
    page = text(mine, path_of(finish(job)))
    assert "This order was cancelled in Acme." in page
    assert f"/zendingen/importeren/?site={connection.public_id}&amp;q=7" in page
    assert "Try 1 again" not in page


def test_refused_orders_are_tried_again_once_however_often_one_presses(
    mine: Client, shop: Shop, owner: User, connection: Connection
):
    PackagePreferences.objects.filter(shop=shop).update(carrier="dhlforyou")
    mirror_order(connection, abroad("US", 7))
    job = finish(an_import(shop, owner))
    assert "Try 1 again" in text(mine, path_of(job))
    PackagePreferences.objects.filter(shop=shop).update(carrier="postnl")
    first, second = (mine.post(path_of(job, "opnieuw/"))["Location"] for _press in range(2))
    assert first == second != path_of(job)
    runner.run_due()
    assert "1 order imported" in text(mine, first)


def test_nothing_to_try_again_starts_nothing(mine: Client, shop: Shop, owner: User, connection: Connection):
    mirror_order(connection)
    job = finish(an_import(shop, owner))
    assert mine.post(path_of(job, "opnieuw/"))["Location"] == path_of(job)
    assert Job.objects.count() == 1


def test_a_running_job_is_not_tried_again_yet(mine: Client, shop: Shop, owner: User, connection: Connection):
    mirror_order(connection)
    job = an_import(shop, owner)
    JobItem.objects.update(state="refused", retryable=True)
    assert mine.post(path_of(job, "opnieuw/"))["Location"] == path_of(job)
    assert Job.objects.count() == 1


def test_a_job_that_failed_says_what_is_safe(mine: Client, shop: Shop, owner: User, connection: Connection):
    mirror_order(connection)
    job = an_import(shop, owner)
    Job.objects.update(state="failed")
    JobItem.objects.update(state="stopped")
    page = text(mine, path_of(job))
    assert "Everything done so far is kept." in page
    assert "1 order was not imported and is still in the list." in page


def test_drafts_that_miss_something_are_counted(mine: Client, shop: Shop, owner: User, connection: Connection):
    mirror_order(connection, make_order(1))
    mirror_order(connection, abroad("US", 2))
    assert "<b>1</b> draft is missing data:" in text(mine, path_of(finish(an_import(shop, owner))))


def test_labels_without_a_sender_address_lead_to_where_it_is_filled_in(mine: Client, shop: Shop, owner: User):
    make_shipment(shop)
    page = text(mine, path_of(finish(labels_for(shop, owner))))
    assert "No label created" in page
    assert re.search(r'href="/zendingen/labels/\?failed_of=[^"]+">\s*Fill in and go on', page)
    assert "bestand/" not in page


def test_who_could_not_be_labelled_is_named_and_the_others_are_in_the_file(mine: Client, shop: Shop, owner: User):
    fill_sender(shop)
    good = make_shipment(shop)
    problem = {"field": "number", "code": "number_missing", "text": {"en": "Enter a house number."}}
    bad = make_shipment(shop, number="", blocked_by="address", problems=[problem])
    job = finish(labels_for(shop, owner))
    page = text(mine, path_of(job))
    assert "1 of 2 labels created" in page
    assert (job.ok_count, job.failed_count) == (1, 1), "kept for the lists"
    assert "1 of 2" in text(mine, "/downloads/")
    assert "Enter a house number." in page
    assert re.search(rf'href="/zendingen/{bad.public_id}/">\s*Edit', page)
    assert f'<a href="/zendingen/{good.public_id}/">' in page.split("In the file")[1]


def test_the_file_is_downloaded_as_an_attachment_and_marks_the_labels_as_printed(mine: Client, shop: Shop, owner: User):
    fill_sender(shop)
    shipment = make_shipment(shop)
    job = finish(labels_for(shop, owner))
    assert f'href="{path_of(job, "bestand/")}"' in text(mine, path_of(job))
    file = mine.get(path_of(job, "bestand/"))
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith('attachment; filename="labels-20')
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    shipment.refresh_from_db()
    assert shipment.status == "printed"


def test_who_may_only_read_downloads_and_marks_nothing(shop: Shop, owner: User, client_for):
    fill_sender(shop)
    shipment = make_shipment(shop)
    job = finish(labels_for(shop, owner))
    reader = make_member(shop, make_user(), "reader")
    assert client_for(reader.user).get(path_of(job, "bestand/")).status_code == 200
    shipment.refresh_from_db()
    assert (shipment.status, shipment.printed_at) == ("registered", None)


def test_downloading_twice_counts_as_printed_once(mine: Client, shop: Shop, owner: User):
    fill_sender(shop)
    shipment = make_shipment(shop)
    job = finish(labels_for(shop, owner))
    for _time in range(2):
        assert mine.get(path_of(job, "bestand/")).status_code == 200
    assert shipment.events.filter(kind="printed").count() == 1


def test_a_file_that_was_cleaned_away_is_drawn_again(mine: Client, shop: Shop, owner: User, files_dir: Path):
    fill_sender(shop)
    make_shipment(shop)
    job = finish(labels_for(shop, owner))
    for path in files_dir.iterdir():
        path.unlink()
    assert b"".join(mine.get(path_of(job, "bestand/")).streaming_content).startswith(b"%PDF")


def test_there_is_no_file_before_the_job_is_finished(mine: Client, shop: Shop, owner: User):
    fill_sender(shop)
    make_shipment(shop, status="registered", barcode="3SSTUB000000001")
    job = labels_for(shop, owner)
    JobItem.objects.update(state="ok")
    assert mine.get(path_of(job, "bestand/")).status_code == 404


def test_an_import_has_no_file(mine: Client, shop: Shop, owner: User, connection: Connection):
    mirror_order(connection)
    assert mine.get(path_of(finish(an_import(shop, owner)), "bestand/")).status_code == 404


@pytest.mark.parametrize("what", ["stop/", "opnieuw/"])
def test_a_link_changes_nothing(mine: Client, shop: Shop, owner: User, connection: Connection, what: str):
    mirror_order(connection)
    assert mine.get(path_of(an_import(shop, owner), what)).status_code == 405


def test_a_stranger_finds_neither_the_job_nor_its_file(stranger: Client, shop: Shop, owner: User):
    fill_sender(shop)
    shipment = make_shipment(shop)
    job = finish(labels_for(shop, owner))
    for path in (path_of(job), path_of(job, "bestand/")):
        assert stranger.get(path).status_code == 404
    for what in ("stop/", "opnieuw/"):
        assert stranger.post(path_of(job, what)).status_code == 404
    shipment.refresh_from_db()
    assert shipment.status == "registered"


@pytest.mark.parametrize("number", [5, 100])
def test_the_result_asks_as_little_for_a_hundred_as_for_five(
    mine: Client, acme: FakePlatform, shop: Shop, owner: User, connection: Connection, number: int,
    django_assert_max_num_queries,
):  # fmt: skip
    PackagePreferences.objects.filter(shop=shop).update(carrier="dhlforyou")
    for index in range(number):
        mirror_order(connection, abroad("US", index) if index % 2 else make_order(index))
    job = an_import(shop, owner)
    with django_assert_max_num_queries(8):
        mine.get(path_of(job))
    finish(job)
    with django_assert_max_num_queries(12):
        mine.get(path_of(job))

"""When nobody works on a queue, merchants and operators learn it within a minute, whatever else is away."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection, Fulfillment
from integrations.tests.factories import make_connection, make_fulfillment
from jobs.models import Job
from jobs.tasks import run_due
from lib.leases import LeasedRow, claim, renew
from lib.queues import FOLLOW, NOW, QUEUE_OF_TASK, QUEUES, READ, TELL, TIDY
from myparcel_backoffice import health
from myparcel_backoffice.celery import PERIODIC_TASKS, app
from shipments import context_processors
from shipments.job_kinds import JobKind
from shops.models import Shop
from sweeps import due_rows, marks
from sweeps.apps import record_start
from sweeps.models import QueueSweep

pytestmark = pytest.mark.django_db
TITLE = {"nl": "Het werk op de achtergrond staat stil", "en": "Background work has stopped"}


@pytest.fixture(autouse=True)
def _watched(monkeypatch: Any) -> None:
    monkeypatch.setattr(context_processors, "silent_queues", marks.silent_queues)


def swept(seconds_ago: float, *queues: str) -> None:
    for queue in queues or QUEUES:
        at = timezone.now() - timedelta(seconds=seconds_ago)
        QueueSweep.objects.update_or_create(queue=queue, defaults={"swept_at": at})


def page(client: Client, language: str = "en") -> str:
    User.objects.update(language=language)
    return client.get("/zendingen/").content.decode()


def asked(**headers: str) -> Any:
    return Client().get("/healthz/worker", headers=headers)


def test_a_queue_that_was_never_looked_through_is_red_and_not_green(client_for, owner, shop):
    assert asked().status_code == 503
    assert "Background work has not started." in page(client_for(owner))


def test_while_every_queue_is_looked_through_nobody_reads_anything(client_for, owner, shop):
    swept(20)
    assert asked().content.decode().startswith("ok\n")
    assert asked().status_code == 200
    assert "Background work" not in page(client_for(owner))


@pytest.mark.parametrize("queue", QUEUES)
def test_each_queue_that_stands_still_turns_the_light_red(queue, shop):
    swept(5)
    swept(50, queue)
    answer = asked(accept="application/json")
    assert answer.status_code == 503
    assert [name for name, of_queue in answer.json()["queues"].items() if of_queue["state"] != "ok"] == [queue]
    assert queue in answer.json()["reason"]


def test_the_banner_says_what_waits_and_since_when_and_leaves_by_itself(client_for, owner, shop):
    browser = client_for(owner)
    swept(5)
    swept(120, TELL)
    cache.clear()
    for language, waiting in (("en", "updates to your webshop and emails"), ("nl", "updates naar je webshop")):
        text = page(browser, language)
        assert TITLE[language] in text
        assert waiting in text
        assert "work-tell" in text
    assert "new orders" not in page(browser)
    swept(1, TELL)
    assert TITLE["en"] not in page(browser)


def test_of_tidying_up_no_merchant_notices_anything(client_for, owner, shop):
    swept(5)
    swept(500, TIDY)
    assert TITLE["en"] not in page(client_for(owner))


def test_a_mark_of_the_future_is_no_sign_of_life(shop):
    swept(-3600)
    assert asked().status_code == 503


def test_a_page_costs_no_statement_more_to_know_it(client_for, owner, shop, django_assert_num_queries):
    context_processors._counts(shop)
    with django_assert_num_queries(1):
        context_processors._shop_context(shop)


def test_health_asks_one_statement(django_assert_num_queries, shop):
    with django_assert_num_queries(1):
        due_rows.read_states()


def test_every_row_that_workers_take_is_looked_at():
    models = {model for model in LeasedRow.__subclasses__() if not model._meta.abstract}
    assert models <= due_rows.registered().keys()


def test_every_queue_has_a_periodic_task_that_leaves_a_mark(shop):
    app.loader.import_default_modules()
    for task in PERIODIC_TASKS:
        app.tasks[task]()
    assert marks.last_sweeps().keys() == {QUEUE_OF_TASK[task] for task in PERIODIC_TASKS} == set(QUEUES)


def test_a_task_marks_its_own_queue_and_writes_once_in_a_while(django_assert_num_queries, shop):
    run_due()
    assert marks.last_sweeps().keys() == {NOW}
    with django_assert_num_queries(0):
        marks.record_sweep(NOW)


def test_a_fresh_mark_of_another_process_is_left_alone(shop):
    marks.record_sweep(READ)
    before = marks.last_sweeps()
    marks._written.clear()
    marks.record_sweep(READ)
    assert marks.last_sweeps() == before


def test_a_long_job_that_gets_on_is_a_sign_of_life(shop, django_capture_on_commit_callbacks):
    Job.objects.create(shop=shop, kind=JobKind.IMPORT, idempotency_key="long")
    marks.record_sweep(NOW)
    swept(300, NOW)
    marks._written.clear()
    (job,) = claim(Job.objects.due(), limit=1)
    with django_capture_on_commit_callbacks(execute=True):
        renew(job)
    assert timezone.now() - marks.last_sweeps()[NOW] < timedelta(seconds=10)


def test_the_mark_of_a_part_is_written_with_it_and_never_holds_others_up(shop, django_capture_on_commit_callbacks):
    marks.record_sweep(NOW)
    swept(300, NOW)
    marks._written.clear()
    with django_capture_on_commit_callbacks() as waiting, transaction.atomic():
        marks.record_progress()
        assert timezone.now() - marks.last_sweeps()[NOW] > timedelta(seconds=200)
    assert len(waiting) == 1


def test_a_worker_that_starts_says_so(shop):
    record_start(type("Consumer", (), {"app": app}))
    assert marks.last_sweeps().keys() == set(QUEUES)


def late(shop: Shop, **fields: Any) -> Fulfillment:
    row = make_fulfillment(make_connection(shop, **fields))
    Fulfillment.objects.filter(pk=row.pk).update(next_at=timezone.now() - timedelta(minutes=10))
    return row


def test_a_worker_that_sweeps_and_does_not_get_on_is_told_by_the_oldest_row(shop):
    swept(5)
    late(shop)
    answer = asked(accept="application/json")
    assert answer.status_code == 503
    assert answer.json()["queues"][TELL]["seconds_oldest_row_waits"] >= 599
    assert "more work than the workers do, in: tell" in asked().content.decode()


@pytest.mark.parametrize("state", [Connection.State.RECONNECT, Connection.State.PERMISSION])
def test_rows_that_wait_for_a_platform_wait_for_no_worker(shop, state):
    swept(5)
    late(shop, state=state)
    assert asked().status_code == 200


def test_rows_of_a_connection_that_pauses_wait_for_no_worker(shop):
    swept(5)
    late(shop, paused_until=timezone.now() + timedelta(minutes=1))
    assert asked().status_code == 200


@pytest.mark.parametrize(
    ("messages", "seconds", "reason"),
    [
        (None, 5, "the broker does not answer; workers sweep"),
        (None, 60, "the broker does not answer; no worker"),
        (3, 60, "no worker takes the messages"),
        (0, 60, "nobody looks for the work"),
    ],
)
def test_which_program_is_gone(settings, monkeypatch, shop, messages, seconds, reason):
    settings.EMBEDDED = False
    found = None if messages is None else dict.fromkeys(QUEUES, messages)
    monkeypatch.setattr(health, "messages_waiting", lambda: found)
    swept(seconds)
    answer = asked()
    assert answer.status_code == 503
    assert answer.content.decode().startswith(reason)


def test_with_a_broker_that_answers_all_is_well(settings, monkeypatch, shop):
    settings.EMBEDDED = False
    monkeypatch.setattr(health, "messages_waiting", lambda: dict.fromkeys(QUEUES, 2))
    swept(5)
    assert asked().status_code == 200
    assert f"{FOLLOW}: ok" in asked().content.decode()
    assert "messages: 2" in asked().content.decode()

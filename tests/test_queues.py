"""Each task waits in the queue of those who wait for it."""

import pytest

from lib.queues import GROUPS, NOW, QUEUE_OF_TASK, QUEUES, THREADS, TIME_LIMITS
from myparcel_backoffice.__main__ import default_groups, main
from myparcel_backoffice.celery import app


def test_every_task_has_a_queue_and_every_queue_has_tasks() -> None:
    app.loader.import_default_modules()
    assert {name for name in app.tasks if not name.startswith("celery.")} == set(QUEUE_OF_TASK)
    assert set(QUEUE_OF_TASK.values()) == set(QUEUES)


def test_a_bell_goes_to_the_queue_of_its_task_and_to_no_other() -> None:
    routes = {task: app.amqp.router.route({}, task)["queue"] for task in QUEUE_OF_TASK}
    assert {task: queue.name for task, queue in routes.items()} == QUEUE_OF_TASK
    assert {(queue.exchange.name, queue.routing_key) for queue in routes.values()} == {(name, name) for name in QUEUES}


def test_a_worker_that_is_told_nothing_serves_every_queue_once(settings) -> None:
    assert sorted(queue for group in GROUPS for queue in group) == sorted(QUEUES)
    assert set(THREADS) == set(TIME_LIMITS) == set(QUEUES)
    assert set(app.amqp.queues.consume_from) == set(QUEUES)
    settings.WORKER_CONCURRENCY = 2
    assert [NOW in queues for queues in default_groups()] == [True, True, False]


def test_a_queue_that_does_not_exist_is_refused_in_a_sentence(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["worker", "--queues", "tell,yesterday"])
    assert "no such queue: yesterday" in capsys.readouterr().err

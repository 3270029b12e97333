"""Each task waits in the queue of those who wait for it."""

from lib.queues import QUEUE_OF_TASK, QUEUES
from myparcel_backoffice.celery import app


def test_every_task_has_a_queue_and_every_queue_has_tasks() -> None:
    app.loader.import_default_modules()
    assert {name for name in app.tasks if not name.startswith("celery.")} == set(QUEUE_OF_TASK)
    assert set(QUEUE_OF_TASK.values()) == set(QUEUES)


def test_a_bell_goes_to_the_queue_of_its_task() -> None:
    routes = {task: app.amqp.router.route({}, task)["queue"].name for task in QUEUE_OF_TASK}
    assert routes == QUEUE_OF_TASK


def test_a_worker_that_is_told_nothing_serves_every_queue() -> None:
    assert set(app.amqp.queues.consume_from) == set(QUEUES)

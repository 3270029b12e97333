"""A task works through the connection to the database of the task before, as long as that is sound."""

import time

import pytest
from django.db import connection

from lib.lanes import Lanes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opened():
    connection.ensure_connection()
    return connection.connection


def begin_task() -> None:
    """What a thread of a worker does, in this one."""
    Lanes({}, {}, lambda _task: None)._run_safely("task")


def test_a_connection_serves_one_task_after_the_other(opened):
    begin_task()
    assert connection.connection is opened


def test_a_connection_that_is_too_old_or_broke_is_opened_again(opened):
    connection.close_at = time.monotonic() - 1
    begin_task()
    assert connection.connection is None


def test_the_first_question_of_a_task_finds_out_whether_the_connection_is_sound(opened):
    connection.health_check_done = True
    begin_task()
    assert not connection.health_check_done

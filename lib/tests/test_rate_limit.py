"""Rate limits: one window for all processes in Redis; calls are let through while it does not respond."""

import subprocess
import sys
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings

from lib import rate_limit
from lib.http import ApiUnavailable


@pytest.fixture
def account() -> str:
    return uuid4().hex


def spent(account: str, limit: int) -> ApiUnavailable:
    with pytest.raises(ApiUnavailable) as stopped:
        rate_limit.acquire(limit, 300, account)
    return stopped.value


def test_a_call_too_many_says_when_to_go_on_and_was_not_sent(settings, account):
    settings.RATE_LIMIT_URL = "memory://"
    with time_machine.travel("2026-11-20T09:30:00Z", tick=False) as clock:
        rate_limit.acquire(2, 300, account)
        clock.shift(100)
        rate_limit.acquire(2, 300, account)
        error = spent(account, 2)
        assert (error.status, error.sent, error.retry_after) == (429, False, 200.0)
        rate_limit.acquire(2, 300, "another account")
        clock.shift(201)
        rate_limit.acquire(2, 300, account)
        assert spent(account, 2).retry_after == 99.0


def test_a_redis_that_is_away_stops_no_call(settings, account, caplog):
    settings.RATE_LIMIT_URL = "redis://127.0.0.1:1/0"
    for _call in range(3):
        rate_limit.acquire(1, 300, account)
    assert "Redis does not answer" in caplog.text


@pytest.mark.services
@pytest.mark.skipif(not settings.REDIS_URL, reason="in memory each process counts for itself")
def test_two_processes_share_one_window(account):
    program = (
        "import django; django.setup()\n"
        "from django.test.utils import override_settings\n"
        "from lib import rate_limit\n"
        f"with override_settings(RATE_LIMIT_URL={settings.RATE_LIMIT_URL!r}):\n"
        f"    rate_limit.acquire(2, 300, {account!r})\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=60)
    rate_limit.acquire(2, 300, account)
    assert spent(account, 2).status == 429

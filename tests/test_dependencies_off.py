"""With Redis or the database away everybody can still sign in, and pages say so. `test_bell` presses everything."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.core.cache import cache, caches
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from durable_cache.models import CacheRow
from durable_cache.tasks import forget_expired
from lib import leases, rate_limit
from tests.addresses import addresses, fill, kind_of

PASSWORD = "a long password"


@pytest.fixture
def refused() -> Iterator[int]:
    """A port at which nobody listens, and that nobody else gets."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(100)
        yield held.getsockname()[1]


@pytest.fixture(params=["refused", "silent"])
def no_redis(request: Any, settings: Any, monkeypatch: Any) -> None:
    """Cache, broker and rate limits at a Redis that is away."""
    point_at(f"redis://127.0.0.1:{request.getfixturevalue(request.param)}/0", settings, monkeypatch)


def point_at(url: str, settings: Any, monkeypatch: Any) -> None:
    default = {"BACKEND": "lib.soft_cache.SoftRedisCache", "LOCATION": url}
    settings.CACHES = django_settings.CACHES | {"default": default}
    settings.RATE_LIMIT_URL = url
    broker = Celery(broker=url, broker_transport_options=django_settings.REDIS_TRANSPORT_OPTIONS, set_as_current=False)
    monkeypatch.setattr(leases, "current_app", broker)


def sign_in(password: str = PASSWORD, address: str = "203.0.113.1", email: str = "owner@example.com") -> Any:
    form = {"login": email, "password": password}
    return Client().post("/account/inloggen/", form, REMOTE_ADDR=address)


@pytest.mark.django_db
def test_everybody_signs_in_without_redis_and_a_guesser_is_still_stopped(no_redis, owner, shop):
    assert sign_in().status_code == 302
    answers = [sign_in(password=f"wrong {number}").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]
    assert sign_in(address="198.51.100.7").status_code == 302


@pytest.mark.django_db
def test_a_redis_that_lost_its_memory_gives_a_guesser_no_new_tries(settings, monkeypatch, owner, shop, silent):
    point_at(f"redis://127.0.0.1:{silent}/0", settings, monkeypatch)
    for number in range(10):
        sign_in(password=f"wrong {number}")
    cache.clear()
    assert sign_in().status_code == 429


@pytest.mark.django_db
def test_a_cache_without_an_answer_is_asked_once_and_then_left_alone(settings, monkeypatch, silent):
    point_at(f"redis://127.0.0.1:{silent}/0", settings, monkeypatch)
    started = time.monotonic()
    assert cache.get("x", "nothing") == "nothing"
    assert (cache.add("x", 1), cache.delete("x"), cache.has_key("x"), cache.touch("x")) == (True, False, False, False)
    assert (cache.get_many(["x"]), cache.set_many({"x": 1})) == ({}, ["x"])
    cache.set("x", 1)
    cache.delete_many(["x"])
    cache.clear()
    with pytest.raises(ValueError, match="does not answer"):
        cache.incr("x")
    assert time.monotonic() - started < 1.0
    rate_limit.acquire(1, 60, "anybody")


@pytest.mark.django_db
def test_rows_of_the_cache_are_forgotten_when_their_time_is_over():
    caches["durable"].set("old", 1, -1)
    caches["durable"].set("new", 1, 60)
    forget_expired()
    assert [row.cache_key for row in CacheRow.objects.all()] == [":1:new"]


@pytest.fixture
def no_database(monkeypatch: Any, django_db_blocker: Any) -> Iterator[None]:
    def refuse(_connection: BaseDatabaseWrapper) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", refuse)
    with django_db_blocker.unblock():
        yield


def test_without_a_database_every_page_is_a_sentence_and_health_is_red(no_database):
    browser = Client(raise_request_exception=False, headers={"Accept-Language": "nl"})
    browser.cookies["sessionid"] = "somebody"
    kinds = {"shop", "member", "invitation", *(kind_of(name) for _route, name in addresses())}
    ids = dict.fromkeys(kinds, "00000000-0000-4000-8000-000000000000") | {"pk": 1}
    for route, name in addresses():
        for method in ("get", "post"):
            answer = getattr(browser, method)(fill(route, name, ids))
            assert answer.status_code in {302, 401, 404, 405, 503}, (method, name)
            if answer.status_code == 503 and answer["Content-Type"].startswith("text/html"):
                assert "Je gegevens zijn even niet bereikbaar" in answer.content.decode()
                assert "connection refused" not in answer.content.decode()
                assert answer["Retry-After"]
                assert "default-src 'none'" in answer["Content-Security-Policy"]
    for path in ("/", "/zendingen/", "/healthz", "/healthz/worker"):
        assert browser.get(path).status_code == 503, path
    assert browser.get("/", headers={"HX-Request": "true"})["Content-Type"].startswith("text/plain")


def test_a_mistake_of_ours_is_no_database_that_is_away(monkeypatch):
    def mistake(*_arguments: object) -> None:
        raise TypeError("a mistake")

    monkeypatch.setattr("myparcel_backoffice.health.connection", type("Broken", (), {"cursor": mistake})())
    assert Client(raise_request_exception=False).get("/healthz").status_code == 500

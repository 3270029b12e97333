"""Fixtures of every test: a shop with its owner, and a second shop (`rival`) for tests of isolation."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from django.utils import timezone, translation

from accounts.models import User
from accounts.tests.factories import make_user, prove_identity
from audit.models import AuditEntry, AuditErasure
from carriers.gateways import GATEWAYS
from integrations.providers import get_provider
from lib import exchange_log, leases, rate_limit
from shipments import context_processors
from shops.models import Shop
from shops.tests.factories import make_member, make_shop
from sweeps import marks
from tests import platforms
from tests.template_database import copy_database

# On a machine that tests keep busy Redis answers late, and calls that it does not answer are not counted.
rate_limit.REDIS_TIMEOUT_SECONDS = 5.0
pytest_plugins = ["tests.sandbox_server"]
platforms.register(platforms.TEST_PROVIDERS)
GATEWAYS["acmepost"] = "carriers.tests.fake_gateway.build"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Start from a copy of a migrated database; on PostgreSQL `tests.backing_services` does the same."""
    if connection.vendor == "sqlite":
        copy_database(Path(connection.settings_dict["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session", autouse=True)
def _flush_the_trail() -> Iterator[None]:
    """Tests with transactions of their own empty every table with DELETE, which the trail refuses on SQLite."""
    flush = TransactionTestCase._fixture_teardown

    def flush_all(case: TransactionTestCase) -> None:
        with transaction.atomic():
            AuditErasure.objects.create(before=timezone.now() + timedelta(days=1))
            AuditEntry.objects.all()._raw_delete("default")
        flush(case)

    TransactionTestCase._fixture_teardown = flush_all
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
    leases._no_broker_until = 0.0
    marks._written.clear()
    exchange_log.take_collected()


@pytest.fixture(autouse=True)
def _workers_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody works here between the calls of a test, and no page says so unless its test is about that."""
    monkeypatch.setattr(context_processors, "silent_queues", lambda marks: {})


@pytest.fixture(autouse=True)
def _unused_platform() -> None:
    """No test sees what another one did with the platform in memory."""
    get_provider.cache_clear()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Start in the settings' language, whatever an earlier test activated."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def files_dir(settings: Any, tmp_path: Path) -> Path:
    """A files folder of this test, for tests that read or empty it."""
    settings.FILES_DIR = tmp_path / "files"
    settings.FILES_DIR.mkdir()
    return tmp_path / "files"


@pytest.fixture
def owner(db: None) -> User:
    return make_user(email="owner@example.com", name="Olga Owner")


@pytest.fixture
def shop(owner: User) -> Shop:
    shop = make_shop(name="Atelier Noord")
    make_member(shop=shop, user=owner, role="owner")
    return shop


@pytest.fixture
def rival(db: None) -> Shop:
    shop = make_shop(name="Rival")
    make_member(shop=shop, user=make_user(email="rival@example.com"), role="owner")
    return shop


@pytest.fixture
def client_for(client: Client):
    """Return a client that is signed in: ``client_for(owner)``.

    As somebody who signed in just now; staff with a second step, because the admin requires one.
    """

    def sign_in(user: User) -> Client:
        signed_in = Client()
        signed_in.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        prove_identity(signed_in, user, "mfa" if user.is_staff else "password")
        return signed_in

    return sign_in

"""A person's data and secrets are in no log, cache, task or error page, and in the database only where the registry of
personal columns says so. The story runs with everything logged.
"""

import io
import logging
import logging.config
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import IntegrityError, transaction
from django.db import connection as database
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from accounts.models import User
from accounts.services import outbox
from accounts.tests.factories import make_user
from integrations.services import fulfillments, webhook_inbox
from integrations.tests.conftest import acme
from integrations.tests.fake_platform import FakePlatform
from lib.http import ApiUnavailable
from lib.personal_data import personal_columns
from myparcel_backoffice import urls
from shipments.models import Shipment
from shops.models import Shop
from tests.canaries import CANARIES, EMAIL, NAME, PHONE, STREET, connect, tell_story
from tests.whole_texts import columns_with

__all__ = ["acme"]
pytestmark = [pytest.mark.django_db, pytest.mark.services]
TOKEN = "kanarie-Token0123456789AbCdEf"  # noqa: S105 - a canary
PASSWORD = "Kanarie-wachtwoord-12"  # noqa: S105 - a canary


def fail_with_data(request: HttpRequest) -> HttpResponse:
    """A page that fails as a page may: with the data it worked on in its exception and its variables."""
    recipient = {"person": NAME, "email": EMAIL, "q": request.GET.get("q")}
    raise ValueError(f"not usable: {recipient!r}")


urlpatterns = [path("kapot/", fail_with_data), *urls.urlpatterns]
handler500 = urls.handler500


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the handlers of the settings write when every logger says everything."""
    written = io.StringIO()
    everything = deepcopy(django_settings.LOGGING)
    everything["handlers"]["console"]["stream"] = written
    for logger in (everything["root"], *everything["loggers"].values()):
        if logger["level"] == django_settings.LOG_LEVEL:
            logger["level"] = "DEBUG"
    before = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(everything)
    # Every statement with its values, as with DEBUG.
    database.force_debug_cursor = True
    yield written
    database.force_debug_cursor = False
    logging.config.dictConfig(django_settings.LOGGING)
    logging.root.handlers[:], logging.root.level = before


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Everything that is sent to the broker."""
    sent: list[Any] = []
    monkeypatch.setattr(current_app, "send_task", lambda *args, **options: sent.append((args, options)))
    return sent


def words_in(text: str) -> list[str]:
    return [word for word in (*CANARIES, TOKEN, PASSWORD) if word.casefold() in text.casefold()]


def cached() -> str:
    """Every key and value of the cache, in memory or in Redis."""
    found = []
    for name in django_settings.CACHES:
        backend = caches[name]
        if hasattr(backend, "_cache") and isinstance(backend._cache, dict):
            found += [str(item) for item in backend._cache.items()]
        elif hasattr(backend, "_class"):
            server = backend._cache.get_client()
            found += [str((key, server.dump(key))) for key in server.scan_iter()]
    return "\n".join(found)


def trouble(shop: Shop, browser: Client) -> list[HttpResponse]:
    """What goes wrong around a person: wrong addresses and passwords, a forged webhook, a page that fails."""
    visitor = Client(raise_request_exception=False, headers={"authorization": f"Bearer {TOKEN}"})
    visitor.cookies["session"] = TOKEN
    browser.raise_request_exception = False
    shipment = Shipment.objects.filter(person=NAME, parent=None).exclude(barcode=None).first()
    assert shipment is not None
    return [
        visitor.get("/bestaat-niet/", {"q": NAME, "email": EMAIL}),
        visitor.post("/account/inloggen/", {"login": EMAIL, "password": PASSWORD}),
        visitor.post("/webhooks/acme/", f'{{"buyer": "{NAME}", "token": "{TOKEN}"}}', content_type="application/json"),
        visitor.get(f"/volg/{shipment.public_id}/", {"lang": NAME}),
        browser.get("/kapot/", {"q": NAME}),
        browser.get("/zendingen/bestaat-niet/", {"q": NAME}),
        browser.post("/instellingen/team/uitnodigen/", {"email": "geen adres", "role": "staff"}),
    ]


@pytest.mark.urls(__name__)
def test_canaries_are_found_where_the_registry_says_and_nowhere_else(
    shop: Shop,
    owner: User,
    acme: FakePlatform,
    client_for,
    files_dir: Path,
    log: io.StringIO,
    tasks: list[Any],
    django_capture_on_commit_callbacks,
):
    owner.set_password(PASSWORD)
    owner.save()
    browser = client_for(owner)
    with django_capture_on_commit_callbacks(execute=True):
        connection = connect(acme, shop)
        tell_story(connection, owner, browser)
        acme.fail = {"push": [ApiUnavailable(f"HTTPSConnectionPool: /orders?email={EMAIL} of {NAME!r} timed out")]}
        fulfillments.push_due()
        webhook_inbox.apply_due()
        outbox.send_due()
        answers = trouble(shop, browser)
        assert [answer.status_code for answer in answers] == [404, 422, 401, 200, 500, 404, 422]
        with pytest.raises(IntegrityError), transaction.atomic():
            make_user(email=owner.email)

    logged = log.getvalue()
    for heard in ("/kapot/", "ValueError", "INSERT shipments_shipment", "UPDATE"):
        assert heard in logged
    assert not words_in(logged), [line for line in logged.splitlines() if words_in(line)][:5]
    assert tasks
    assert not words_in(str(tasks))
    assert all(len(args) == 1 for args, _options in tasks)  # names of tasks, and no arguments
    assert not words_in(cached())
    for answer in (answers[0], answers[2], answers[4], answers[5]):
        assert not words_in(answer.content.decode()), answer.status_code

    declared = {column.label for column in personal_columns()}
    assert columns_with(CANARIES) - declared == set()
    assert len(columns_with(CANARIES)) > 15  # the story was told


@pytest.mark.skipif(database.vendor != "postgresql", reason="SQLite's errors quote no row")
def test_what_postgresql_says_of_a_row_is_not_logged(shop: Shop, log: io.StringIO):
    row = {"shop_id": shop.pk, "person": NAME, "street": STREET, "email": EMAIL, "phone": PHONE, "weight": 0}
    with pytest.raises(IntegrityError, match=NAME) as refused, transaction.atomic():
        Shipment.objects.create(reference="1", carrier="postnl", package_type="package", **row)
    logging.getLogger("integrations").error("The order could not be stored.", exc_info=refused.value)
    assert "IntegrityError" in log.getvalue()
    assert not words_in(log.getvalue())

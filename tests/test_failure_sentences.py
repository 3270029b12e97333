"""Whatever fails at others, the merchant reads it at once where it matters, in a whole sentence, until it is over."""

import errno
import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from carriers.tests.fake_gateway import AcmePostProvider
from integrations.models import Connection, SyncRun
from integrations.services import circuit_breaker, connection_check, fulfillments, sync
from integrations.tests.conftest import acme
from integrations.tests.factories import make_connection, make_fulfillment
from integrations.tests.fake_platform import FakePlatform
from jobs import registry, runner
from jobs.models import Job
from lib import rate_limit
from lib.http import ApiError
from shipments.job_kinds import JobKind
from shipments.models import Shipment
from shipments.services.labels.file_parts import PartsMissing
from shipments.tests.factories import give_key, make_shipment
from shops.models import GatewayAccount, Shop
from shops.services import gateway_accounts, gateway_checks
from tests.failure_table import DASHBOARD, DRAFT, EVERYTHING, FAILURES, IMPORT, KEY, ORDER, SITE, Failure

__all__ = ["acme"]
pytestmark = pytest.mark.django_db
NEXT_TRY = {"en": "Next try: ", "nl": "Volgende poging: "}
# Of the platform in memory.
CALLS = ("describe", "has_store", "orders_page", "fetch_orders", "find_orders", "push", "find", "list_fulfillments")
LONG_AGO = timedelta(days=2)


class Place:
    """A shop with a site, an order that waits to be told, a draft and a key, and the pages of it."""

    def __init__(self, shop: Shop, browser: Client, acme: FakePlatform, monkeypatch: Any) -> None:
        give_key(shop)
        self.shop, self.browser, self.acme, self.monkeypatch = shop, browser, acme, monkeypatch
        self.site = make_connection(shop, external_id="instance-1", site_id="site-1", connected_at=timezone.now())
        told = make_fulfillment(self.site)
        sent = {"status": "registered", "gateway": "acmepost", "barcode": told.tracking_number}
        self.order = make_shipment(shop, order=told.order, fulfillment=told, **sent)
        self.draft = make_shipment(shop)

    def read(self, page: str, language: str) -> str:
        """The text of a page, as this merchant reads it."""
        User.objects.update(language=language)
        answer = self.browser.get(self._address(page))
        assert answer.status_code == 200
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())

    def _address(self, page: str) -> str:
        return {
            SITE: "/integratie/acme/",
            IMPORT: f"/zendingen/importeren/?site={self.site.public_id}",
            ORDER: f"/zendingen/{self.order.public_id}/",
            DRAFT: f"/zendingen/{self.draft.public_id}/bewerken/",
            DASHBOARD: "/",
            KEY: "/instellingen/algemeen/",
        }[page]

    def fail(self, failure: Failure) -> None:
        if failure.where == "gateway":
            self._answer_of_gateway(failure.error)
        else:
            for call in CALLS if failure.where == EVERYTHING else [failure.where]:
                self.acme.fail[call] = [failure.error] * 20
            Connection.objects.update(token_encrypted="")
        self.work()

    def heal(self) -> None:
        self.acme.fail.clear()
        self._answer_of_gateway(None)
        self.work()

    def work(self) -> None:
        """What the workers do once the next try is due."""
        past = timezone.now() - LONG_AGO
        for column in ("paused_until", "retry_at", "checked_at"):
            Connection.objects.exclude(**{column: None}).update(**{column: past})
        Connection.objects.exclude(state="active").update(checked_at=past)
        GatewayAccount.objects.update(next_check_at=past)
        gateway_checks.check_due()
        connection_check.check_due()
        SyncRun.objects.filter(finished_at=None).update(next_at=past)
        self.site.refresh_from_db()
        if self.site.is_active:
            sync.request_sync(self.site)
        sync.sync_due()
        self.order.fulfillment.__class__.objects.filter(next_at__gt=past).update(next_at=past)
        fulfillments.push_due()

    def _answer_of_gateway(self, error: ApiError | None) -> None:
        def check(_provider: Any, _key: str) -> Any:
            if error is not None:
                raise error
            return gateway_accounts.AccountIdentity()

        self.monkeypatch.setattr(AcmePostProvider, "check_credentials", check)


@pytest.fixture
def place(shop: Shop, owner: User, client_for: Any, acme: FakePlatform, monkeypatch: Any) -> Place:
    return Place(shop, client_for(owner), acme, monkeypatch)


@pytest.mark.skipif(database.vendor != "sqlite", reason="once is enough: no sentence depends on the database")
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_a_failure_is_said_where_it_matters_and_leaves_by_itself(place: Place, failure: Failure):
    place.fail(failure)
    place.site.refresh_from_db()
    assert place.site.state == failure.state
    for language, words in (("en", failure.english), ("nl", failure.dutch)):
        for page in failure.pages:
            text = place.read(page, language)
            assert words in text, (page, language, place.site.last_error)
            if page != DASHBOARD:
                assert code_of(place, failure) in text, (page, language)
            if must_say_next_try(place, failure) and page not in {DASHBOARD}:
                assert NEXT_TRY[language].strip().lower() in text.lower(), (page, language)
    place.heal()
    place.site.refresh_from_db()
    assert place.site.state == "active"
    for page in failure.pages:
        assert failure.english not in place.read(page, "en"), page


def code_of(place: Place, failure: Failure) -> str:
    if failure.where == "gateway":
        return GatewayAccount.objects.get().reference_code
    return place.site.reference_code


def must_say_next_try(place: Place, failure: Failure) -> bool:
    return failure.where == "gateway" or place.site.next_try is not None


def test_every_error_and_every_kind_is_in_the_table():
    def subclasses(kind: type) -> set[type]:
        return {kind} | {one for below in kind.__subclasses__() for one in subclasses(below)}

    platform = [failure for failure in FAILURES if failure.where != "gateway"]
    gateway = [failure for failure in FAILURES if failure.where == "gateway"]
    # No call was made, or one of the others is within.
    unanswered = {circuit_breaker.CallsPaused, rate_limit.LimitReached}
    errors = subclasses(ApiError) - {ApiError, circuit_breaker.TokenUnavailable, PartsMissing} - unanswered
    assert {type(failure.error) for failure in platform} == errors
    assert {type(failure.error) for failure in gateway} == errors
    for failure in platform:
        assert "mint" in failure.where or circuit_breaker.error_kind(failure.error) == failure.kind
    assert {failure.kind for failure in gateway} == {"rejected", "forbidden", *gateway_accounts.TROUBLE_MESSAGES}
    for failure in gateway:
        assert gateway_accounts.error_kind(failure.error) == failure.kind
    states = {failure.state for failure in FAILURES}
    # An answer of the owner is waited for, or the owner took the app away: nothing failed.
    assert states == set(Connection.State.values) - {"copy", "removed", "disconnected"}


def test_what_is_wrong_with_one_parcel_is_no_trouble_of_the_account(place: Place):
    place._answer_of_gateway(None)
    error = gateway_accounts.ApiRejected("the postcode is wrong", status=422)
    gateway_accounts.record_failure(place.shop.pk, error)
    assert GatewayAccount.objects.get().last_error == {}


def test_a_refused_key_is_asked_again_by_itself_and_less_and_less_often(place: Place):
    place.fail(next(failure for failure in FAILURES if failure.name == "gateway 401"))
    first = GatewayAccount.objects.get().next_check_at - timezone.now()
    assert timedelta(seconds=50) < first < timedelta(seconds=70)
    GatewayAccount.objects.update(failing_since=timezone.now() - timedelta(hours=3))
    place.work()
    later = GatewayAccount.objects.get().next_check_at - timezone.now()
    assert timedelta(hours=2, minutes=50) < later < timedelta(hours=3, minutes=10)


def test_a_parcel_that_arrived_and_was_told_of_knows_no_trouble(place: Place):
    place.fail(FAILURES[0])
    Shipment.objects.filter(pk=place.order.pk).update(status="delivered")
    place.order.fulfillment.__class__.objects.update(state="done", next_at=None)
    assert FAILURES[0].english not in place.read(ORDER, "en")


@pytest.mark.parametrize("number", sorted(runner.DISK_ERRORS))
def test_a_full_disk_is_said_on_the_page_of_the_job_which_goes_on_when_there_is_room(
    place: Place, monkeypatch: Any, number: int
):
    disk = {"is_full": True}

    def finish(_job: Job) -> dict[str, object]:
        if disk["is_full"]:
            raise OSError(number, "no room")
        return {}

    handler = registry.JobHandler("Export", lambda job, items: None, finish=finish)
    monkeypatch.setitem(registry._handlers, JobKind.EXPORT, handler)
    job = Job.objects.create(shop=place.shop, kind=JobKind.EXPORT, idempotency_key="full")
    runner.run_due()
    page = reverse("shipments:job", args=[job.public_id])
    for language, words in (("en", "has no room to save the file"), ("nl", "heeft geen ruimte om het bestand")):
        User.objects.update(language=language)
        text = place.browser.get(page).content.decode()
        assert words in text
        assert NEXT_TRY[language].strip() in text
    disk["is_full"] = False
    Job.objects.update(next_at=timezone.now())
    runner.run_due()
    job.refresh_from_db()
    assert job.state == "done"
    assert "has no room" not in place.browser.get(page).content.decode()


def test_a_mistake_of_ours_is_no_full_disk(place: Place, monkeypatch: Any):
    def finish(_job: Job) -> dict[str, object]:
        raise OSError(errno.ENOENT, "no such file")

    monkeypatch.setitem(
        registry._handlers, JobKind.EXPORT, registry.JobHandler("Export", lambda job, items: None, finish=finish)
    )
    Job.objects.create(shop=place.shop, kind=JobKind.EXPORT, idempotency_key="gone")
    with pytest.raises(FileNotFoundError):
        runner.run_due()

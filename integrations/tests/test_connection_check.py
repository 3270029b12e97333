"""The connection check: every result, and what resumes when the connection works again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_user
from integrations.models import Connection
from integrations.services import connection_check, connections, webhook_inbox
from integrations.services.circuit_breaker import record_failure
from integrations.tests.factories import make_connection, make_fulfillment
from integrations.tests.fake_platform import FakePlatform
from lib.http import ApiUnauthorized, ApiUnavailable
from shops.models import Shop
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
ACME = "/integratie/acme/"


@pytest.fixture
def connection(acme: FakePlatform, shop: Shop) -> Connection:
    return make_connection(shop, external_id="instance-1", site_id="site-1")


@pytest.fixture
def mine(client_for, owner: User, shop: Shop) -> Client:
    owner.language = "en"
    owner.save()
    client: Client = client_for(owner)
    return client


def text(client: Client) -> str:
    return client.get(ACME).content.decode()


def press(client: Client, connection: Connection) -> str:
    """The button, and the page it leads to."""
    assert client.post(f"/integratie/{connection.public_id}/controleer/")["Location"] == ACME
    return text(client)


def wrong(connection: Connection) -> list[str]:
    connection.refresh_from_db()
    return [check["code"] for check in connection.checks if not check["ok"]]


def test_all_is_well_and_every_question_says_so(mine: Client, connection: Connection):
    said = press(mine, connection)
    assert "The connection is working." in said
    for sentence in (
        "Acme responds and accepts",
        "the site you connected",
        "Acme gives us the orders of this site.",
        "clock and the Acme clock",
    ):
        assert sentence in said
    assert wrong(connection) == []


@pytest.mark.parametrize(
    ("site", "code", "sentence"),
    [
        ({"site_id": "another"}, "site", "a different site from the one you connected"),
        ({"missing_permissions": ("Manage Orders",)}, "permissions", "the permission Manage Orders"),
        ({"clock_offset": 61}, "clock", "differ by 61 seconds"),
        ({"clock_offset": -90}, "clock", "differ by 90 seconds"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(acme, mine, connection: Connection, site, code, sentence):
    acme.site = replace(acme.site, **site)
    said = press(mine, connection)
    assert sentence in said
    assert wrong(connection) == [code]
    assert "The connection needs your attention" in said


def test_a_store_that_is_gone_is_said_with_what_to_do(acme: FakePlatform, mine: Client, connection: Connection):
    acme.store_installed = False
    assert "Install Acme Stores on the site" in press(mine, connection)
    assert wrong(connection) == ["store"]


@pytest.mark.parametrize(
    ("site", "sentence"),
    [
        ({"lists_store": False}, "does not name Acme Stores among the apps"),
        ({"uncertain_permissions": ("Manage Orders",)}, "we cannot tell whether Manage Orders is among them"),
    ],
)
def test_a_doubt_is_shown_and_is_no_finding(acme: FakePlatform, mine: Client, connection: Connection, site, sentence):
    acme.site = replace(acme.site, **site)
    said = press(mine, connection)
    assert sentence in said
    assert "The connection is working." in said
    assert wrong(connection) == []


def test_a_check_that_cannot_read_orders_finds_that(acme: FakePlatform, mine: Client, connection: Connection):
    acme.fail["has_store"] = [ApiUnauthorized("", status=403, code="Read Orders")]
    assert "the permission Read Orders" in press(mine, connection)
    assert connection.__class__.objects.get().state == "permission"


def test_many_wrong_signatures_are_shown(mine: Client, connection: Connection):
    for _delivery in range(connection_check.MAX_REJECTED_WEBHOOKS):
        webhook_inbox.receive("acme", {}, b"forged")
    assert "had an invalid signature in the past hour" in press(mine, connection)
    cache.clear()
    press(mine, connection)
    assert wrong(connection) == []


def test_a_shop_that_does_not_answer_is_said_and_counted(acme: FakePlatform, mine: Client, connection: Connection):
    acme.fail["describe"] = [ApiUnavailable("down")]
    assert "Acme isn&#x27;t responding." in press(mine, connection)
    assert wrong(connection) == ["reach"]
    assert connection.consecutive_failures == 1


def test_what_the_shop_says_of_the_site_is_kept(acme: FakePlatform, mine: Client, connection: Connection):
    acme.site = replace(acme.site, app_version="2.1.0", permissions=("SCOPE.X",), clock_offset=3)
    said = press(mine, connection)
    for shown in ("version 2.1.0", "SCOPE.X", "3 seconds"):
        assert shown in said


@pytest.mark.parametrize("state", ["permission", "reconnect"])
def test_a_connection_that_works_again_goes_on(acme: FakePlatform, mine: Client, connection: Connection, state: str):
    record_failure(connection, ApiUnauthorized("", status=403 if state == "permission" else 401))
    press(mine, connection)
    connection.refresh_from_db()
    assert (connection.state, connection.last_error) == ("active", {})
    assert connection.syncs.filter(state="queued").count() == 1


def test_a_permission_that_is_still_missing_keeps_it_stopped(acme: FakePlatform, mine: Client, connection: Connection):
    record_failure(connection, ApiUnauthorized("", status=403, code="Manage Orders"))
    acme.site = replace(acme.site, missing_permissions=("Manage Orders",))
    press(mine, connection)
    connection.refresh_from_db()
    assert connection.state == "permission"
    assert connection.last_error


def test_checking_does_not_answer_for_a_copy(mine: Client, connection: Connection):
    Connection.objects.update(state="copy")
    press(mine, connection)
    connection.refresh_from_db()
    assert connection.state == "copy"


def test_a_removed_app_cannot_be_checked(acme: FakePlatform, mine: Client, connection: Connection):
    Connection.objects.update(state="removed")
    assert "Reconnect it first." in press(mine, connection)
    assert not acme.calls


def test_checking_changes_nothing_by_a_link(mine: Client, connection: Connection):
    assert mine.get(f"/integratie/{connection.public_id}/controleer/").status_code == 405


@pytest.mark.parametrize(
    ("state", "age", "looked_at"),
    [
        ("active", timedelta(hours=25), 1),
        ("active", timedelta(hours=23), 0),
        ("permission", timedelta(minutes=16), 1),
        ("permission", timedelta(minutes=14), 0),
        ("removed", timedelta(days=9), 0),
    ],
)
def test_connections_are_looked_at_by_themselves(connection: Connection, state, age, looked_at):
    long_ago = timezone.now() - timedelta(days=30)
    Connection.objects.update(state=state, checked_at=timezone.now() - age, connected_at=long_ago)
    assert connection_check.check_due() == looked_at
    assert connection_check.check_due() == 0


def test_a_connection_that_leads_to_another_site_is_looked_at_once_a_day_too(
    acme: FakePlatform, connection: Connection
):
    acme.site = replace(acme.site, installation_id="another")
    long_ago = timezone.now() - timedelta(days=30)
    Connection.objects.update(checked_at=long_ago, connected_at=long_ago)
    assert connection_check.check_due() == 1
    assert wrong(connection) == ["site"]
    assert connection_check.check_due() == 0


def test_the_page_tells_the_health_in_words(mine: Client, connection: Connection, settings):
    settings.REQUESTS_PER_MINUTE = 150
    Connection.objects.update(webhook_at=timezone.now())
    make_fulfillment(connection, 1, state="done", confirmed_at=timezone.now())
    make_fulfillment(connection, 2, state="due")
    said = text(mine)
    assert "Today" in said.split("Last message from Acme")[1].split("</dd>")[0]
    assert "Today" in said.split("Last update sent")[1].split("</dd>")[0]
    assert "150" in said.split("Requests left this minute")[1].split("</dd>")[0]
    assert "1 in the queue, sent automatically" in said


def test_before_anything_happened_the_page_says_that(mine: Client, connection: Connection):
    said = text(mine)
    assert "None lately; orders come in through syncing" in said
    assert "Not checked yet" in said


def test_a_removed_app_is_said_with_the_way_back(mine: Client, connection: Connection):
    connections.mark_removed(connection)
    said = text(mine)
    assert "Acme revoked our access" in said
    assert "The app was probably deleted in Acme." in said
    assert "Reconnect" in said
    assert "Check connection" not in said


def test_an_outage_shows_as_one(mine: Client, connection: Connection):
    record_failure(connection, ApiUnavailable("down"))
    said = text(mine)
    assert "Outage" in said
    assert "Syncing has been failing since" in said


def test_the_page_looks_again_by_itself_every_half_minute(mine: Client, connection: Connection):
    Connection.objects.update(synced_at=timezone.now())
    assert 'hx-trigger="every 30s"' in text(mine)


def test_automatic_import_is_off_until_an_owner_turns_it_on(mine: Client, connection: Connection):
    path = f"/integratie/{connection.public_id}/automatisch/"
    assert "Turn on" in text(mine)
    mine.post(path, {"enabled": "1"})
    mine.post(path, {"enabled": "1"})
    connection.refresh_from_db()
    assert connection.auto_import
    assert "Turn off" in text(mine)
    mine.post(path, {"enabled": "0"})
    connection.refresh_from_db()
    assert not connection.auto_import


def test_staff_may_check_but_not_switch(client_for, connection: Connection, shop: Shop):
    staff = make_user(language="en")
    make_member(shop, staff)
    client = client_for(staff)
    assert client.post(f"/integratie/{connection.public_id}/automatisch/", {"enabled": "1"}).status_code == 403
    assert "The connection is working." in press(client, connection)
    assert "Turn on" not in text(client)


def test_a_full_page_stays_within_its_questions_to_the_database(
    mine: Client, shop: Shop, connection: Connection, django_assert_max_num_queries
):
    for number in range(6):
        other = make_connection(shop, state="copy" if number % 2 else "active", origin_installation="instance-1")
        make_fulfillment(other, number + 1, state="done", confirmed_at=timezone.now())
        connection_check.run_check(other)
    with django_assert_max_num_queries(12):
        text(mine)

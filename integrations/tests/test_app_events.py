"""Installing and removing the app at the platform, and the effect on a connection."""

from datetime import timedelta

import pytest

from integrations.events import EventKind
from integrations.models import Connection, Installation
from integrations.tests.deliveries import LONG_AGO, apply, deliver, states
from integrations.tests.factories import make_fulfillment, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_event
from lib.http import ApiUnauthorized, ApiUnavailable

pytestmark = pytest.mark.django_db


def test_a_removed_app_stops_everything_and_says_so(acme: FakePlatform, connection: Connection):
    Connection.objects.update(token_encrypted="sealed", state_since=LONG_AGO)
    promise = make_fulfillment(connection)
    deliver(acme, kind=EventKind.REMOVED, type="AppRemoved", order_id="")
    apply()
    connection.refresh_from_db()
    assert (connection.state, connection.token_encrypted) == ("removed", "")
    assert "deleted in Acme" in connection.last_error["en"]
    assert connection.orders.exists()
    promise.refresh_from_db()
    assert promise.state == "due"
    assert Installation.objects.get().state == "removed"


def test_a_removal_from_before_the_consent_comes_too_late(acme: FakePlatform, connection: Connection):
    deliver(acme, kind=EventKind.REMOVED, happened_at=connection.state_since - timedelta(hours=1))
    apply()
    connection.refresh_from_db()
    assert connection.is_active
    assert states() == [("ignored", "older")]


def test_installing_again_revives_the_connection_with_its_history(acme: FakePlatform, connection: Connection):
    mirror_order(connection)
    Connection.objects.update(state="removed")
    deliver(acme, kind=EventKind.INSTALLED, type="AppInstalled", order_id="")
    apply()
    connection.refresh_from_db()
    assert connection.is_active
    assert connection.orders.count() == 1
    assert connection.syncs.filter(state="queued").count() == 1
    assert Installation.objects.get().state == "claimed"


def test_an_installation_that_the_shop_does_not_confirm_revives_nothing(acme: FakePlatform, connection: Connection):
    """A repeated delivery may be signed anew, and then looks newer than the removal that followed it."""
    Connection.objects.update(state="removed")
    acme.fail["mint"] = [ApiUnauthorized("gone", status=401)] * 2
    deliver(acme, kind=EventKind.INSTALLED)
    apply()
    connection.refresh_from_db()
    assert connection.state == "removed"
    assert states() == [("ignored", "not_active")]


def test_a_silent_shop_is_asked_again_whether_the_app_is_there(acme: FakePlatform, connection: Connection):
    Connection.objects.update(state="removed")
    acme.fail["describe"] = [ApiUnavailable("down")]
    deliver(acme, kind=EventKind.INSTALLED)
    apply()
    assert states() == [("received", "")]
    apply()
    connection.refresh_from_db()
    assert connection.is_active


def test_an_installation_event_that_is_older_than_the_removal_revives_nothing(
    acme: FakePlatform, connection: Connection
):
    Connection.objects.update(state_since=LONG_AGO)
    deliver(acme, "removed", kind=EventKind.REMOVED)
    apply()
    earlier = make_event().happened_at - timedelta(hours=1)
    deliver(acme, "installed", kind=EventKind.INSTALLED, happened_at=earlier)
    apply()
    connection.refresh_from_db()
    assert connection.state == "removed"
    assert states()[1] == ("ignored", "older")


def test_what_the_merchant_revoked_is_not_revived_by_an_installation(acme: FakePlatform, connection: Connection):
    Connection.objects.update(state="disconnected")
    deliver(acme, kind=EventKind.INSTALLED)
    apply()
    connection.refresh_from_db()
    assert connection.state == "disconnected"
    assert Installation.objects.get().state == "waiting"


def test_an_installation_is_remembered_once_whatever_is_heard(acme: FakePlatform):
    for name in ("one", "two"):
        deliver(acme, name, kind=EventKind.INSTALLED, installation="new", origin_installation="original")
    apply()
    known = Installation.objects.get()
    assert (known.external_id, known.state, known.origin_installation) == ("new", "waiting", "original")

"""Consent: only a valid callback becomes a connection."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import make_user
from integrations.messages import consent_message
from integrations.models import Connection, ConsentRequest, Fulfillment
from integrations.services import connections
from integrations.services.connections import ConsentRejected
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform
from lib.http import ApiError, ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable
from shops.models import Shop
from shops.tests.factories import make_member, make_shop

pytestmark = pytest.mark.django_db
SESSION = "session-of-the-merchant"


@pytest.fixture
def owner() -> User:
    return make_user(email="owner@example.com")


@pytest.fixture
def own_shop(owner: User) -> Shop:
    shop = make_shop(name="Own shop")
    make_member(shop=shop, user=owner, role="owner")
    return shop


def go(shop: Shop, user: User) -> str:
    """Start consent and answer the state that comes back."""
    url = connections.start_consent(shop, user, "acme", session_key=SESSION)
    back = parse_qs(urlsplit(url).query)["back"][0]
    return parse_qs(urlsplit(back).query)["state"][0]


def complete_consent(user: User, state: str, session: str = SESSION, **params: str) -> Connection:
    answer = {"state": state, "instanceId": "instance-1", "tenantId": "site-1"} | params
    return connections.finish_consent(user, session_key=session, params=answer)


def refusal(user: User, state: str, session: str = SESSION, **params: str) -> str:
    with pytest.raises(ConsentRejected) as refused:
        complete_consent(user, state, session, **params)
    assert str(consent_message("acme", refused.value.code))
    return refused.value.code


def test_a_good_callback_connects_the_site_and_asks_for_its_orders(acme: FakePlatform, owner: User, own_shop: Shop):
    connection = complete_consent(owner, go(own_shop, owner))
    assert connection.is_active
    assert (connection.site_name, connection.connected_by) == ("Atelier Voorbeeld", owner)
    assert connection.syncs.filter(state="queued").count() == 1


def test_the_token_is_kept_sealed_and_only_for_this_connection(acme: FakePlatform, owner: User, own_shop: Shop):
    connection = complete_consent(owner, go(own_shop, owner))
    assert connection.token_encrypted
    assert "token-1" not in connection.token_encrypted


def test_a_callback_works_once(acme: FakePlatform, owner: User, own_shop: Shop):
    state = go(own_shop, owner)
    complete_consent(owner, state)
    assert refusal(owner, state) == "expired"
    assert Connection.objects.count() == 1


def test_a_callback_nobody_asked_for_is_refused(acme: FakePlatform, owner: User, own_shop: Shop):
    assert refusal(owner, "made-up") == "unknown_state"


def test_a_callback_after_ten_minutes_is_refused(acme: FakePlatform, owner: User, own_shop: Shop):
    state = go(own_shop, owner)
    ConsentRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refusal(owner, state) == "expired"


def test_somebody_elses_callback_is_refused_and_stays_usable(acme: FakePlatform, owner: User, own_shop: Shop):
    state = go(own_shop, owner)
    stranger = make_user(email="stranger@example.com")
    assert refusal(stranger, state) == "other_session"
    assert refusal(owner, state, session="another browser") == "other_session"
    assert complete_consent(owner, state).is_active


def test_who_is_no_longer_owner_cannot_finish(acme: FakePlatform, owner: User, own_shop: Shop):
    state = go(own_shop, owner)
    own_shop.memberships.update(role="staff")
    assert refusal(owner, state) == "other_session"


def test_cancelling_at_the_shop_connects_nothing(acme: FakePlatform, owner: User, own_shop: Shop):
    assert refusal(owner, go(own_shop, owner), instanceId="") == "cancelled"
    assert not Connection.objects.exists()


def test_a_tampered_callback_connects_nothing(acme: FakePlatform, owner: User, own_shop: Shop):
    assert refusal(owner, go(own_shop, owner), signature="bad") == "signature"


def test_a_site_that_says_it_is_another_site_is_refused(acme: FakePlatform, owner: User, own_shop: Shop):
    assert refusal(owner, go(own_shop, owner), tenantId="site-2") == "site_mismatch"


def test_a_site_without_a_store_is_refused_with_what_to_install(acme: FakePlatform, owner: User, own_shop: Shop):
    acme.store_installed = False
    assert refusal(owner, go(own_shop, owner)) == "no_store"


@pytest.mark.parametrize(
    "answer",
    [
        ApiUnavailable("down"),
        ApiUnavailable("slow down", status=429),
        ApiRejected("odd", status=400),
        ApiUnauthorized("", status=403, code="Read Orders"),
        ApiInvalidResponse("html"),
    ],
)
def test_only_a_missing_store_keeps_a_site_out(acme: FakePlatform, owner: User, own_shop: Shop, answer: ApiError):
    """The site proved who it is; what its orders call answers besides is a note, and the first sync asks again."""
    acme.fail["has_store"] = [answer]
    connection = complete_consent(owner, go(own_shop, owner))
    assert connection.is_active
    (note,) = connection.checks
    assert (note["code"], note["ok"], note["doubt"]) == ("store", True, True)
    assert ("Read Orders" in note["text"]["en"]) is isinstance(answer, ApiUnauthorized)


def test_a_list_that_does_not_name_the_store_is_a_note(acme: FakePlatform, owner: User, own_shop: Shop):
    acme.site = replace(acme.site, lists_store=False, uncertain_permissions=("Manage Orders",))
    connection = complete_consent(owner, go(own_shop, owner))
    assert [note["code"] for note in connection.checks] == ["store", "permissions"]


@pytest.mark.parametrize(
    ("failures", "code"),
    [([ApiUnavailable("down")], "unreachable"), ([ApiRejected("no", status=400)] * 2, "rejected")],
)
def test_a_shop_system_that_fails_says_so(acme: FakePlatform, owner: User, own_shop: Shop, failures: list, code: str):
    acme.fail["mint"] = list(failures)
    assert refusal(owner, go(own_shop, owner)) == code
    assert not Connection.objects.exists()


def test_one_site_cannot_serve_two_shops(acme: FakePlatform, owner: User, own_shop: Shop):
    complete_consent(owner, go(own_shop, owner))
    other = make_user(email="other@example.com")
    second = make_shop(name="Second shop")
    make_member(shop=second, user=other, role="owner")
    assert refusal(other, go(second, other)) == "other_shop"
    assert list(Connection.objects.values_list("shop", flat=True)) == [own_shop.pk]


def test_connecting_again_revives_the_connection_with_its_history(acme: FakePlatform, owner: User, own_shop: Shop):
    first = complete_consent(owner, go(own_shop, owner))
    connections.revoke(first, by=owner)
    again = complete_consent(owner, go(own_shop, owner))
    assert again.pk == first.pk
    assert again.is_active


def test_revoking_forgets_the_tokens_and_ends_what_was_going_on(acme: FakePlatform, owner: User, own_shop: Shop):
    connection = complete_consent(owner, go(own_shop, owner))
    connections.revoke(connection, by=owner)
    connection.refresh_from_db()
    assert connection.state == Connection.State.DISCONNECTED
    assert connection.token_encrypted == ""
    assert not connection.syncs.filter(state__in=["queued", "running"]).exists()
    assert not Fulfillment.objects.filter(state="due").exists()


def test_somebody_who_may_know_reads_which_shop_has_the_site(acme: FakePlatform, owner: User, own_shop: Shop):
    complete_consent(owner, go(own_shop, owner))
    second = make_shop(name="Second shop")
    make_member(shop=second, user=owner, role="owner")
    with pytest.raises(ConsentRejected) as refused:
        complete_consent(owner, go(second, owner))
    assert (refused.value.code, refused.value.holder) == ("other_shop", own_shop)


def test_the_same_site_under_another_installation_is_still_the_same_site(
    acme: FakePlatform, owner: User, own_shop: Shop
):
    complete_consent(owner, go(own_shop, owner))
    acme.site = replace(acme.site, installation_id="instance-2")
    other = make_user(email="other@example.com")
    second = make_shop(name="Second shop")
    make_member(shop=second, user=other, role="owner")
    assert refusal(other, go(second, other), instanceId="instance-2") == "other_shop"
    again = complete_consent(owner, go(own_shop, owner), instanceId="instance-2")
    assert (Connection.objects.count(), again.external_id) == (1, "instance-2")


def test_the_database_itself_holds_a_site_to_one_shop():
    make_connection(site_id="site-1")
    make_connection(site_id="site-1", state="disconnected")
    make_connection(site_id="site-1", state="removed")
    with pytest.raises(IntegrityError):
        make_connection(site_id="site-1", state="reconnect")


def test_a_site_whose_app_was_removed_is_free_for_its_next_owner(acme: FakePlatform, owner: User, own_shop: Shop):
    first = complete_consent(owner, go(own_shop, owner))
    connections.mark_removed(first)
    other = make_user(email="other@example.com")
    second = make_shop(name="Second shop")
    make_member(shop=second, user=other, role="owner")
    assert complete_consent(other, go(second, other)).shop == second
    assert not connections.reactivate(first)


def test_connecting_again_while_connected_refreshes_and_doubles_nothing(
    acme: FakePlatform, owner: User, own_shop: Shop
):
    """Acme may lead straight to the callback when the app is installed already."""
    first = complete_consent(owner, go(own_shop, owner))
    acme.site = replace(acme.site, name="New name")
    again = complete_consent(owner, go(own_shop, owner))
    assert (again.pk, again.site_name, again.connected_at) == (first.pk, "New name", first.connected_at)


def test_an_answer_without_a_site_of_another_site_is_refused(acme: FakePlatform, owner: User, own_shop: Shop):
    assert refusal(owner, go(own_shop, owner), tenantId="another-site") == "site_mismatch"
    acme.site = replace(acme.site, installation_id="another")
    assert refusal(owner, go(own_shop, owner)) == "site_mismatch"

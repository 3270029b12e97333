"""``lockout``: guessing ends, also from many places at once, and the owner of the account still gets in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import AttemptCount, OutgoingMail
from accounts.requests import address_block, client_address
from accounts.services import ceilings
from accounts.services.ceilings import CeilingReached
from accounts.tests.factories import give_app, make_user
from shops.services import team
from shops.services.team import TeamChangeRejected
from shops.tests.factories import make_shop

pytestmark = pytest.mark.django_db
LOGIN, RESET, PASSWORD = "/account/inloggen/", "/account/wachtwoord/vergeten/", "/account/profiel/wachtwoord/"
HERE = ceilings.Ceiling("test", 3, 60)


def guess(client: Client, password: str = "wrong", email: str = "owner@example.com", **headers: str):
    return client.post(LOGIN, {"login": email, "password": password}, **headers)


def from_address(number: int) -> Client:
    return Client(REMOTE_ADDR=f"203.0.113.{number}")


def test_after_ten_wrong_passwords_from_one_address_even_the_right_one_waits(client, owner, shop):
    assert [guess(client).status_code for _guess in range(10)] == [422] * 10
    answer = guess(client, "a long password")
    assert answer.status_code == 429
    assert 600 < int(answer["Retry-After"]) <= 900


def fill(ceiling: ceilings.Ceiling, *, left: int = 0) -> None:
    """As if so many attempts were left."""
    ceilings.take([ceiling])
    AttemptCount.objects.filter(key=ceiling.digest).update(count=ceiling.amount - left)


def test_one_address_guesses_at_no_more_than_fifty_accounts(client):
    assert ceilings.PASSWORD_ADDRESS.amount == 50
    fill(ceilings.PASSWORD_ADDRESS.of("127.0.0.1"), left=2)
    assert [guess(client, email=f"user{number}@example.com").status_code for number in range(3)] == [422, 422, 429]


def test_one_account_is_not_guessed_from_ever_more_addresses(owner, shop):
    fill(ceilings.PASSWORD_ACCOUNT.of(owner.email))
    assert guess(from_address(1), "a long password").status_code == 429


def test_the_owner_on_a_known_device_gets_in_while_others_guess(client, owner, shop):
    assert guess(client, "a long password").status_code == 302
    client.post("/account/uitloggen/")
    for limit in ceilings.at_sign_in(owner.email, "127.0.0.1", ""):
        fill(limit)
    assert guess(Client(), "a long password").status_code == 429, "somebody else, behind the same address"
    assert guess(client, "a long password").status_code == 302


def test_a_device_of_somebody_else_is_no_known_one(client, owner, shop):
    other = make_user(email="other@example.com")
    guess(client, "a long password", other.email)
    client.post("/account/uitloggen/")
    assert [guess(client).status_code for _guess in range(11)] == [422] * 10 + [429]


def test_a_known_device_guesses_no_more_than_others_do(client, owner, shop):
    guess(client, "a long password")
    client.post("/account/uitloggen/")
    assert [guess(client).status_code for _guess in range(11)] == [422] * 10 + [429]


def test_a_forged_device_is_no_known_one(client, owner, shop, settings):
    client.cookies[settings.DEVICE_COOKIE_NAME] = "W1sxLCJ4IiwyMDAwMDAwMDAwXV0:1abcde:forged"
    assert [guess(client).status_code for _guess in range(11)] == [422] * 10 + [429]


def test_a_hundred_guesses_at_the_same_time_are_no_way_around(transactional_db):
    def take(_number: int) -> bool:
        try:
            ceilings.take([HERE])
        except CeilingReached:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(24))) == HERE.amount


def test_what_succeeds_does_not_count_and_a_window_ends():
    for _attempt in range(10):
        ceilings.take([HERE])
        ceilings.give_back([HERE])
    for _attempt in range(HERE.amount):
        ceilings.take([HERE])
    with pytest.raises(CeilingReached) as reached:
        ceilings.take([HERE])
    assert 0 < reached.value.retry_after <= HERE.seconds
    AttemptCount.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    ceilings.take([HERE])


def test_of_several_ceilings_all_count_or_none():
    other = ceilings.Ceiling("other", 9, 60)
    for _attempt in range(HERE.amount):
        ceilings.take([other, HERE])
    with pytest.raises(CeilingReached):
        ceilings.take([other, HERE])
    assert ceilings.attempts_left(other) == other.amount - HERE.amount


def test_counts_name_nobody_and_go_when_their_window_ended(client, owner):
    guess(client)
    assert AttemptCount.objects.count() == 3
    assert not AttemptCount.objects.filter(key__contains="owner").exists()
    AttemptCount.objects.update(ends_at=timezone.now())
    ceilings.delete_ended_counts()
    assert not AttemptCount.objects.exists()


def test_an_emptied_cache_forgets_no_guess(client, owner, shop):
    for _guess in range(10):
        guess(client)
    cache.clear()
    assert guess(client, "a long password").status_code == 429


def test_the_library_counts_nothing_by_itself(client, owner, shop, monkeypatch):
    """Its counters are in the cache, which may be away; a second count would only lock out earlier than we say."""
    monkeypatch.setattr(ratelimit, "_consume_single_rate", lambda *_arguments, **_options: pytest.fail("counted"))
    guess(client)
    client.post(RESET, {"email": owner.email})
    give_app(owner)
    guess(client, "a long password")
    assert client.post("/account/inloggen/code/", {"code": "000000"}).status_code == 422
    assert client.post("/account/inloggen/sleutel/", {"credential": "{}"}).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "198.51.100.1", "192.0.2.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "10.9.8.7, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 192.0.2.9", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.7"),
        (1, "", "192.0.2.7"),
        (1, "6.6.6.6, no address", "192.0.2.7"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"),
    ],
)
def test_the_address_of_a_client_is_what_our_own_proxies_saw(settings, proxies, header, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=header)
    assert client_address(request) == address


def test_a_spoofed_address_changes_nothing(client, owner, shop, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = [guess(client, HTTP_X_FORWARDED_FOR=f"6.6.6.{number}, 198.51.100.1").status_code for number in range(11)]
    assert answers == [422] * 10 + [429]


def test_behind_a_socket_and_on_a_whole_network_of_ipv6_guesses_are_counted_together():
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == "0.0.0.0"
    blocks = {address_block(RequestFactory().get("/", REMOTE_ADDR=f"2001:db8:1:2::{number}")) for number in range(1, 4)}
    assert blocks == {"2001:db8:1:2::"}


def test_the_present_password_cannot_be_guessed_inside_a_session(client_for, owner, shop):
    browser = client_for(owner)
    form = {"current_password": "wrong", "password": "a fresh long password"}
    answers = [browser.post(PASSWORD, form).status_code for _guess in range(10)]
    last = browser.post(PASSWORD, form | {"current_password": "a long password"})
    assert (answers, last.status_code) == ([422] * 10, 429)
    assert 600 < int(last["Retry-After"]) <= 900
    owner.refresh_from_db()
    assert owner.check_password("a long password")


def test_the_present_password_cannot_be_guessed_in_ever_new_sessions(owner, shop, client_for):
    fill(ceilings.PRESENT_ACCOUNT.of(owner.pk))
    form = {"current_password": "a long password", "password": "a fresh long password"}
    assert client_for(owner).post(PASSWORD, form).status_code == 429


@pytest.mark.parametrize("email", ["owner@example.com", "nobody@example.com"])
def test_links_to_choose_a_password_are_mailed_three_times_an_hour(owner, email):
    answers = [from_address(number).post(RESET, {"email": email}).status_code for number in range(4)]
    assert answers == [302, 302, 302, 429]
    assert OutgoingMail.objects.count() == 3


def test_one_address_asks_for_twenty_links_an_hour(client):
    fill(ceilings.RESET_ADDRESS.of("127.0.0.1"), left=1)
    answers = [client.post(RESET, {"email": f"u{number}@example.com"}).status_code for number in range(2)]
    assert answers == [302, 429]


@pytest.mark.parametrize("kind", ["INVITATIONS_PERSON", "INVITATIONS_SHOP"])
def test_invitations_a_day_are_limited(owner, shop, kind):
    by = shop.memberships.get()
    fill(getattr(ceilings, kind).of(by.user_id if kind == "INVITATIONS_PERSON" else shop.pk))
    with pytest.raises(TeamChangeRejected, match="te veel uitnodigingen"):
        team.invite(by, "nina@example.com", "staff")
    assert not OutgoingMail.objects.exists()


def test_nobody_is_mailed_invitations_all_day_whoever_sends_them(owner, shop):
    for _shop in range(5):
        by = shop.memberships.get()
        team.invite(by, "nina@example.com", "staff")
        shop = make_shop()
        shop.memberships.create(user=make_user(), role="owner")
    with pytest.raises(TeamChangeRejected):
        team.invite(shop.memberships.get(), "nina@example.com", "staff")

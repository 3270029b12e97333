"""Installing at the platform: the signed link finds its merchant, before, after or without a callback."""

from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import make_user
from integrations.events import EventKind
from integrations.models import Connection, Installation
from integrations.providers.base import PlatformSite
from integrations.services import webhook_inbox
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_event
from lib.http import ApiUnavailable
from shops.models import Shop
from shops.tests.factories import make_member, make_shop

pytestmark = pytest.mark.django_db
OPEN, ACME = "/integratie/acme/openen/", "/integratie/acme/"
LINK = "signed:instance-1"


@pytest.fixture
def mine(client_for, owner: User, shop: Shop) -> Client:
    owner.language = "en"
    owner.save()
    client: Client = client_for(owner)
    return client


def text(client: Client, path: str = ACME, **query: str) -> str:
    page = client.get(path, query)
    assert page.status_code == 200
    return page.content.decode()


def claim(client: Client, shop: Shop) -> str:
    return client.post(OPEN, {"instance": LINK, "shop": str(shop.public_id)})["Location"]


def installed(acme: FakePlatform, name: str = "installed") -> None:
    acme.events[name] = make_event(name, kind=EventKind.INSTALLED, order_id="")
    webhook_inbox.receive("acme", {}, name.encode())
    webhook_inbox.apply_due()


def test_who_is_not_signed_in_signs_in_first_and_keeps_the_link(acme: FakePlatform, owner: User, shop: Shop):
    away = Client().get(OPEN, {"instance": LINK})
    assert away.status_code == 302
    assert away["Location"] == f"/account/inloggen/?next={OPEN}%3Finstance%3D{quote(quote(LINK, safe=''))}"


def test_opening_asks_for_which_shop_and_changes_nothing(mine: Client, acme: FakePlatform, shop: Shop):
    said = text(mine, OPEN, instance=LINK)
    assert shop.name in said
    assert not Connection.objects.exists()
    assert not acme.calls


def test_claiming_connects_the_site_with_its_history(mine: Client, acme: FakePlatform, shop: Shop):
    earlier = make_connection(shop, external_id="instance-1", state="disconnected")
    assert claim(mine, shop) == ACME
    earlier.refresh_from_db()
    assert earlier.is_active
    assert Connection.objects.count() == 1
    assert "Your Acme site is connected." in text(mine)


@pytest.mark.parametrize("order", ["before", "after", "without"])
def test_the_installation_event_may_come_before_after_or_never(
    mine: Client, acme: FakePlatform, shop: Shop, order: str
):
    if order == "before":
        installed(acme)
        assert Installation.objects.get().state == "waiting"
    claim(mine, shop)
    if order == "after":
        installed(acme)
    assert Connection.objects.get().is_active
    assert Installation.objects.get().state == "claimed"


def test_claiming_twice_is_the_same_as_once(mine: Client, acme: FakePlatform, shop: Shop):
    claim(mine, shop)
    assert claim(mine, shop) == ACME
    assert Connection.objects.count() == 1
    assert acme.calls.count("describe") == 1


def test_a_connected_site_just_opens_its_page(mine: Client, acme: FakePlatform, shop: Shop):
    make_connection(shop, external_id="instance-1")
    assert mine.get(OPEN, {"instance": LINK})["Location"] == ACME


def test_a_site_of_ones_other_shop_offers_to_go_there(mine: Client, acme: FakePlatform, owner: User):
    second = make_shop(name="Second shop")
    make_member(shop=second, user=owner, role="owner")
    make_connection(second, external_id="instance-1")
    assert "already connected to shop Second shop." in text(mine, OPEN, instance=LINK)
    assert mine.post(OPEN, {"instance": LINK})["Location"] == ACME
    assert "Shop Second shop" in text(mine)


def test_a_site_of_a_stranger_is_refused_without_naming_the_shop(mine: Client, acme: FakePlatform, rival: Shop):
    make_connection(rival, external_id="instance-1")
    for press in (mine.get, mine.post):
        assert press(OPEN, {"instance": LINK})["Location"] == ACME
        said = text(mine)
        assert "already connected to another shop" in said
        assert "Rival" not in said


@pytest.mark.parametrize("link", ["", "made up", "instance-1"])
def test_a_link_that_is_not_genuine_claims_nothing(mine: Client, acme: FakePlatform, shop: Shop, link: str):
    assert mine.get(OPEN, {"instance": link})["Location"] == ACME
    assert "Nothing was connected" in text(mine)
    mine.post(OPEN, {"instance": link, "shop": str(shop.public_id)})
    assert not Connection.objects.exists()


def test_a_link_cannot_be_claimed_for_somebody_elses_shop(mine: Client, acme: FakePlatform, rival: Shop):
    answer = mine.post(OPEN, {"instance": LINK, "shop": str(rival.public_id)})
    assert answer.status_code == 200
    assert not Connection.objects.exists()


def test_staff_is_told_whom_to_ask(client_for, acme: FakePlatform, shop: Shop):
    staff = make_user(language="en")
    make_member(shop, staff)
    client = client_for(staff)
    assert "Only an Owner" in text(client, OPEN, instance=LINK)
    client.post(OPEN, {"instance": LINK, "shop": str(shop.public_id)})
    assert not Connection.objects.exists()


def test_a_shop_system_that_does_not_answer_says_so(mine: Client, acme: FakePlatform, shop: Shop):
    acme.fail["describe"] = [ApiUnavailable("down")]
    assert claim(mine, shop) == ACME
    assert "Acme isn&#x27;t responding." in text(mine)
    assert not Connection.objects.exists()


def test_a_site_without_a_store_is_not_connected(mine: Client, acme: FakePlatform, shop: Shop):
    acme.store_installed = False
    claim(mine, shop)
    assert "Install Acme Stores" in text(mine)


def test_a_copied_site_asks_before_anything_is_read(mine: Client, acme: FakePlatform, shop: Shop):
    make_connection(shop, external_id="original", site_name="Atelier Origineel")
    acme.site = PlatformSite("instance-1", "site-copy", "Atelier Kopie", origin_installation="original")
    claim(mine, shop)
    copy = Connection.objects.get(external_id="instance-1")
    said = text(mine)
    assert "This site is a copy of Atelier Origineel." in said
    assert not copy.is_active
    assert not copy.syncs.exists()
    assert "Your Acme site is connected." not in said


@pytest.mark.parametrize(("answer", "state", "syncs"), [("1", "active", 1), ("0", "disconnected", 0), ("", "copy", 0)])
def test_the_answer_about_a_copy_is_final(mine: Client, acme: FakePlatform, shop: Shop, answer, state, syncs):
    copy = make_connection(shop, external_id="instance-1", state="copy", origin_installation="original")
    for _press in range(2):
        mine.post(f"/integratie/{copy.public_id}/kopie/", {"import": answer})
    copy.refresh_from_db()
    assert (copy.state, copy.syncs.count()) == (state, syncs)


def test_a_copy_that_was_confirmed_is_not_asked_about_again(mine: Client, acme: FakePlatform, shop: Shop):
    copy = make_connection(shop, external_id="instance-1", state="copy", origin_installation="original")
    mine.post(f"/integratie/{copy.public_id}/kopie/", {"import": "1"})
    Connection.objects.update(state="reconnect")
    acme.site = PlatformSite("instance-1", copy.site_id, "Atelier Kopie", origin_installation="original")
    claim(mine, shop)
    Connection.objects.update(state="disconnected")
    claim(mine, shop)
    copy.refresh_from_db()
    assert copy.is_active


def test_staff_cannot_answer_for_a_copy(client_for, shop: Shop):
    staff = make_user()
    make_member(shop, staff)
    copy = make_connection(shop, state="copy")
    assert client_for(staff).post(f"/integratie/{copy.public_id}/kopie/", {"import": "1"}).status_code == 403
    copy.refresh_from_db()
    assert copy.state == "copy"

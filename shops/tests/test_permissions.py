"""The permissions of each role, on every URL."""

import re
import uuid

import pytest
from django.urls import URLResolver, get_resolver

from accounts.tests.factories import make_user
from shops.permissions import ROLE_PERMISSIONS, ShopPermission, roles_with
from shops.tests.factories import make_member
from tests.our_apps import OUR_APPS

pytestmark = pytest.mark.django_db
# What is one's own to change, whatever the role; everything else is the shop's.
OWN = frozenset(
    [
        "delete_account",
        "switch_shop",
        "new_shop",
        "language",
        "profile",
        "password",
        "change_email",
        "confirm_email",
        "remove_member",
        "accept_invitation",
    ]
)


def addresses(patterns=None, prefix: str = "", namespace: str = ""):
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, prefix + str(pattern.pattern), pattern.namespace or namespace)
        elif namespace in OUR_APPS and pattern.name not in OWN:
            yield "/" + prefix + str(pattern.pattern)


ADDRESSES = sorted(set(addresses()))


REFUSAL = "Daar heb je geen rechten voor. Vraag een Beheerder."


def path_of(address: str) -> str:
    path = re.sub(r"<int:\w+>", "1", re.sub(r"<uuid:\w+>", str(uuid.uuid4()), address))
    path = re.sub(r"<str:\w+>|<slug:\w+>", "x", re.sub(r"<sha256:\w+>", "f" * 64, path))
    return path.replace("<platform:platform>", "acme")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_who_may_only_read_changes_nothing_anywhere(client_for, shop, method):
    client, wrong = client_for(make_member(shop, make_user(), "reader").user), {}
    for address in ADDRESSES:
        answer = getattr(client, method)(path_of(address), headers={"HX-Request": "true"})
        if (answer.status_code, answer.content.decode()) != (403, REFUSAL):
            wrong[address] = answer.status_code
    assert wrong == {}


def test_a_person_reads_the_refusal_on_a_page(client_for, shop):
    reader = make_member(shop, make_user(), "reader")
    answer = client_for(reader.user).post("/instellingen/zendingen/")
    assert answer.status_code == 403
    assert REFUSAL in answer.content.decode()
    assert "<h1" in answer.content.decode()


def test_every_address_was_tried():
    assert len(ADDRESSES) >= 60


def test_who_may_only_read_sees_every_list(client_for, shop):
    reader = make_member(shop, make_user(), "reader")
    for path in ("/", "/zendingen/", "/integratie/acme/", "/instellingen/zendingen/", "/instellingen/team/"):
        assert client_for(reader.user).get(path).status_code == 200


def test_a_script_reads_the_refusal_as_words_alone(client_for, shop):
    reader = make_member(shop, make_user(), "reader")
    answer = client_for(reader.user).post("/instellingen/zendingen/", headers={"HX-Request": "true"})
    assert answer.content.decode() == REFUSAL


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/instellingen/zendingen/", ShopPermission.MANAGE_SETTINGS),
        ("/instellingen/afzender/", ShopPermission.MANAGE_SETTINGS),
        ("/instellingen/labels/", ShopPermission.MANAGE_SETTINGS),
        ("/instellingen/algemeen/", ShopPermission.MANAGE_SETTINGS),
        ("/instellingen/volgen/", ShopPermission.MANAGE_SETTINGS),
        ("/integratie/acme/toestemming/", ShopPermission.MANAGE_CONNECTIONS),
        ("/instellingen/algemeen/myparcel/", ShopPermission.MANAGE_CONNECTIONS),
        ("/instellingen/algemeen/myparcel/verwijderen/", ShopPermission.MANAGE_CONNECTIONS),
        ("/instellingen/team/uitnodigen/", ShopPermission.MANAGE_TEAM),
    ],
)
@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
def test_a_door_opens_for_the_roles_that_have_the_right(client_for, shop, path, right, role):
    member = make_member(shop, make_user(), role)
    refused = client_for(member.user).post(path).status_code == 403
    assert refused == (role not in roles_with(right))


def test_the_settings_of_track_and_trace_are_kept(client_for, shop, owner):
    assert (shop.tracking_page, shop.mails_buyer) == (True, False)
    page = client_for(owner).post("/instellingen/volgen/", {"mails_buyer": "on"}, follow=True).content.decode()
    shop.refresh_from_db()
    assert (shop.tracking_page, shop.mails_buyer) == (False, True)
    assert "Track &amp; Trace bewaard." in page


def test_what_a_role_may_never_do_is_not_offered(client_for, shop):
    page = client_for(make_member(shop, make_user(), "staff").user)
    assert "Bewaar voorkeuren" not in page.get("/instellingen/zendingen/").content.decode()
    assert "Bewaar afzender" not in page.get("/instellingen/afzender/").content.decode()
    assert "Geef toestemming</button>" not in page.get("/integratie/acme/").content.decode()

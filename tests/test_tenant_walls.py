"""A shop never sees another shop's rows: every address is tried as each role of another shop, with every method."""

import hashlib
import re

import pytest
from django.apps import apps

from accounts.tests.factories import make_user
from integrations.tests.factories import make_connection
from jobs.models import Job
from shops.tests.factories import make_member
from tests.addresses import addresses, fill, own_ids
from tests.our_apps import OUR_APPS

pytestmark = pytest.mark.django_db
ROUTES = [(route, name) for route, name in addresses() if name[0] != ":" and re.search("<(uuid|int):", route)]
METHODS = {"owner": ("get", "head", "post", "put", "patch", "delete", "options")}
# Before anything is looked for, these are told that they may not.
MAY_BE_FORBIDDEN = {"staff", "reader"}


def rows_of(shop) -> dict[str, str]:
    """A digest of every row of this shop, by model."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in OUR_APPS and any(field.name == "shop" for field in model._meta.fields):
            rows = model._base_manager.filter(shop=shop).order_by("pk").values_list()
            found[model._meta.label] = hashlib.sha256(repr(list(rows)).encode()).hexdigest()
    return found


@pytest.mark.parametrize("role", ["owner", "staff", "reader"])
def test_another_shops_things_do_not_exist(client_for, shop, rival, role):
    """Not to be seen, not to be changed, and not to be told from things that nobody has."""
    rival.name = "Aartsrivaal BV"
    rival.save()
    ids = own_ids(rival)
    user = make_user()
    make_member(shop=shop, user=user, role=role)
    browser, before, wrong = client_for(user), rows_of(rival), []
    for route, name in ROUTES:
        for method in METHODS.get(role, ("get", "post")):
            answer = getattr(browser, method)(fill(route, name, ids))
            is_closed = answer.status_code in {404, 405} or (role in MAY_BE_FORBIDDEN and answer.status_code == 403)
            if not is_closed or b"Aartsrivaal" in answer.content:
                wrong.append(f"{method} {name}: {answer.status_code}")
    assert wrong == []
    assert rows_of(rival) == before
    assert len(ROUTES) > 30


def test_nobody_sees_anything_without_signing_in(client, shop):
    ids = own_ids(shop)
    before = rows_of(shop)
    answers = {
        name: getattr(client, method)(fill(route, name, ids)).status_code
        for route, name in ROUTES
        for method in ("get", "post")
    }
    assert set(answers.values()) <= {302, 401, 404, 405}
    assert rows_of(shop) == before


def test_foreign_ids_in_a_form_are_not_found(client_for, shop, rival):
    foreign = own_ids(rival)
    make_connection(shop)
    browser = client_for(shop.memberships.get().user)
    order, before = rival.externalorders.get().public_id, rows_of(rival)
    browser.post("/zendingen/importeren/start/", {"order": [str(order)], "key": "mine"})
    browser.post("/zendingen/labels/", {"shipment": [str(foreign["shipment"])], "layout": "a6", "key": "mine2"})
    for action in ("verwijderen", "bewerken", "exporteren", "terugkoppelen"):
        form = {"shipment": [str(foreign["shipment"])], "confirm": "1", "apply": "1", "signature": "1"}
        browser.post(f"/zendingen/selectie/{action}/", form)
    assert not Job.objects.filter(shop=shop).exists()
    assert rows_of(rival) == before


@pytest.mark.parametrize("garbage", ["", "x", "../..", "%00", "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3", "' OR 1=1 --"])
def test_garbage_in_a_form_does_nothing(client_for, shop, garbage):
    make_connection(shop)
    browser = client_for(shop.memberships.get().user)
    for path, field in (("/zendingen/importeren/start/", "order"), ("/zendingen/labels/", "shipment")):
        assert browser.post(path, {field: garbage}).status_code == 302
    assert not Job.objects.exists()

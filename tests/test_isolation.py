"""A shop never sees another shop's rows: every URL is tried as a member of another shop."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from integrations.models import UnreadableOrder
from integrations.tests.factories import make_connection, mirror_order
from jobs.models import Job
from shipments.models import Shipment
from shipments.services.imports import order_import
from shipments.tests.factories import make_shipment
from shops.models import Shop
from shops.tests.factories import make_invitation
from tests.our_apps import OUR_APPS

pytestmark = pytest.mark.django_db


def routes(patterns=None, prefix: str = "", namespace: str = ""):
    """Every address of ours that names something."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern), pattern.namespace or namespace)
        elif (
            isinstance(pattern, URLPattern)
            and namespace in OUR_APPS
            and re.search("<(uuid|int):", str(pattern.pattern))
        ):
            yield prefix + str(pattern.pattern), f"{namespace}:{pattern.name}"


ROUTES = list(routes())


def own_ids(shop: Shop) -> dict[str, str]:
    """What each kind of address would name in this shop."""
    connection = make_connection(shop)
    order = mirror_order(connection)
    job = order_import.start_import(shop, shop.memberships.get().user, orders=connection.orders.all(), key="k")
    unreadable = UnreadableOrder.objects.create(shop=shop, connection=connection, external_id="x", reason="y")
    shipment = make_shipment(shop, order=order)
    return {
        "shop": shop.public_id,
        "member": shop.memberships.get().public_id,
        "invitation": make_invitation(shop).public_id,
        "connection": connection.public_id,
        "job": job.public_id,
        "shipment": shipment.public_id,
        "order": order.public_id,
        "pk": unreadable.pk,
    }


def kind_of(name: str) -> str:
    if name == "shops:switch_shop":
        return "shop"
    if name.startswith("shops"):
        return "invitation" if name in {"shops:resend_invitation", "shops:revoke_invitation"} else "member"
    if name.startswith("integrations") or name == "shipments:diagnose_order":
        return "connection"
    if name == "shipments:import_anyway":
        return "order"
    return "job" if ":job" in name else "shipment"


@pytest.mark.parametrize(("route", "name"), ROUTES, ids=[name for _route, name in ROUTES])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_shops_things_do_not_exist(client_for, shop, rival, route, name, method):
    ids = own_ids(rival)
    path = "/" + re.sub(r"<uuid:\w+>", str(ids[kind_of(name)]), route).replace("<int:pk>", str(ids["pk"]))
    path = path.replace("<platform:platform>", "acme")
    assert "<" not in path
    browser = client_for(shop.memberships.get().user)
    before = (Shipment.objects.count(), Job.objects.count())
    assert getattr(browser, method)(path).status_code in {404, 405}
    assert (Shipment.objects.count(), Job.objects.count()) == before


def test_foreign_ids_in_a_form_are_not_found(client_for, shop, rival):
    foreign = own_ids(rival)
    make_connection(shop)
    browser = client_for(shop.memberships.get().user)
    order = rival.externalorders.get().public_id
    browser.post("/zendingen/importeren/start/", {"order": [str(order)], "key": "mine"})
    browser.post("/zendingen/labels/", {"shipment": [str(foreign["shipment"])], "layout": "a6", "key": "mine2"})
    for action in ("verwijderen", "bewerken", "exporteren", "terugkoppelen"):
        form = {"shipment": [str(foreign["shipment"])], "confirm": "1", "apply": "1", "signature": "1"}
        browser.post(f"/zendingen/selectie/{action}/", form)
    assert not Job.objects.filter(shop=shop).exists()
    assert rival.shipments.count() == 1


@pytest.mark.parametrize("garbage", ["", "x", "../..", "%00", "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3", "' OR 1=1 --"])
def test_garbage_in_a_form_does_nothing(client_for, shop, garbage):
    make_connection(shop)
    browser = client_for(shop.memberships.get().user)
    for path, field in (("/zendingen/importeren/start/", "order"), ("/zendingen/labels/", "shipment")):
        assert browser.post(path, {field: garbage}).status_code == 302
    assert not Job.objects.exists()


def test_every_address_was_swept():
    assert len(ROUTES) >= 12

"""Every address of the product, and what it names in a shop. The resolver is walked, so new ones are found."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from integrations.models import UnreadableOrder
from integrations.tests.factories import make_connection, mirror_order
from privacy.models import ShopExport
from shipments.services.imports import order_import
from shipments.tests.factories import make_shipment
from shops.models import Shop
from shops.tests.factories import make_invitation, make_rule
from tests.our_apps import OUR_APPS

# What is in an address that does not name a row of a shop.
SAMPLES = {
    "<platform:platform>": "acme",
    "<slug:gateway>": "acmepost",
    "<sha256:fingerprint>": "0" * 64,
    "<str:token>": "x",
}

# Addresses that name a shipping rule.
RULES = frozenset({"shops:edit_rule", "shops:move_rule", "shops:switch_rule", "shops:delete_rule"})
RESET_LINK = r"/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"


def addresses(patterns: Any = None, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Route and name of every address but those of Django's admin; `:name` without a namespace."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, prefix + str(pattern.pattern), pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern) and namespace in {"", *OUR_APPS}:
            yield prefix + str(pattern.pattern), f"{namespace}:{pattern.name}"


def own_ids(shop: Shop) -> dict[str, Any]:
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
        "export": ShopExport.objects.create(shop=shop, finished_at=timezone.now()).public_id,
        "rule": make_rule(shop).public_id,
        "pk": unreadable.pk,
    }


def kind_of(name: str) -> str:
    if name == "shops:switch_shop":
        return "shop"
    if name in RULES:
        return "rule"
    if name.startswith("shops"):
        return "invitation" if name in {"shops:resend_invitation", "shops:revoke_invitation"} else "member"
    if name.startswith("integrations") or name == "shipments:diagnose_order":
        return "connection"
    if name == "shipments:import_anyway":
        return "order"
    if name == "privacy:shop_file":
        return "export"
    return "job" if ":job" in name else "shipment"


def fill(route: str, name: str, ids: Mapping[str, Any]) -> str:
    """The path of a route with the ids of a shop; other parts get a sample."""
    route = route.removeprefix("^").replace("<int:pk>", str(ids["pk"]))
    path = "/" + re.sub(r"<uuid:\w+>", str(ids[kind_of(name)]), route)
    for part, sample in SAMPLES.items():
        path = path.replace(part, sample)
    return re.sub(r"<(?:str|slug|path|sha256|int):\w+>", "x", path.replace(RESET_LINK, "/1-x/"))

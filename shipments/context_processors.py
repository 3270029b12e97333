"""The context processor of the navigation: shops, counts, platforms, and whether the workers run."""

from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from integrations.models import Connection
from integrations.models.connections import ConnectionQuerySet
from integrations.providers import all_providers
from integrations.providers.base import OrderProvider
from jobs.models import Job
from lib.prepared_queries import PreparedQuery
from shipments.models import ShipmentCount
from shipments.presentation.standstill import WAITING, Standstill, standstill
from shipments.queries.counts import waiting_by_connection
from shipments.states import UNLABELED, Blocker
from shops.models import Shop
from sweeps.marks import silent_queues
from sweeps.models import QueueSweep
from ui.theme import current_theme


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Queries nothing until a template uses it."""
    return {"navigation": SimpleLazyObject(lambda: _navigation(request))}


def _navigation(request: HttpRequest) -> dict[str, Any]:
    shops = [membership.shop for membership in getattr(request, "memberships", [])]
    context = {"theme": current_theme(request), "admin_url": _admin_url(), "shops": shops}
    shop = getattr(request, "shop", None)
    return context | (_shop_context(shop) if shop is not None else {})


def _shop_context(shop: Shop) -> dict[str, Any]:
    counts = _counts(shop)
    return counts | {
        "waiting": SimpleLazyObject(lambda: waiting_by_connection(shop)),
        "standstill": _standstill(counts),
    }


def _standstill(found: dict[str, Any]) -> Standstill | None:
    return standstill(silent_queues({queue: found[f"swept_{queue}"] for queue in WAITING}))


def _counts(shop: Shop) -> dict[str, Any]:
    providers = all_providers()
    (found,) = _facts_query(tuple(provider.platform for provider in providers)).rows(shop.pk)
    return found | {
        "platforms": [_platform(provider, found[f"state_{number}"]) for number, provider in enumerate(providers)]
    }


@cache
def _facts_query(platforms: tuple[str, ...]) -> PreparedQuery:
    return PreparedQuery(lambda shop: _facts(shop, platforms))


def _facts(shop: int, platforms: tuple[str, ...]) -> QuerySet[Any, Any]:
    connected = Connection.objects.connected().filter(shop=OuterRef("pk"))
    drafts = ShipmentCount.objects.filter(shop=OuterRef("pk"), status__in=UNLABELED).order_by().values("shop")
    addresses = drafts.filter(status=UNLABELED[0], blocked_by=Blocker.ADDRESS)
    states = {f"state_{number}": _state_of(connected, platform) for number, platform in enumerate(platforms)}
    swept = {f"swept_{queue}": _swept_at(queue) for queue in WAITING}
    facts = Shop.objects.annotate(
        busy=Exists(Job.objects.unfinished().filter(shop=OuterRef("pk"))),
        draft_count=Coalesce(Subquery(drafts.annotate(sum=Sum("number")).values("sum")), 0),
        address_count=Coalesce(Subquery(addresses.annotate(sum=Sum("number")).values("sum")), 0),
        is_active=Exists(connected.filter(state=Connection.State.ACTIVE)),
        has_connection=Exists(connected),
        **states,
        **swept,
    )
    found: QuerySet[Any, Any] = facts.filter(pk=shop)
    return found.values("busy", "draft_count", "address_count", "is_active", "has_connection", *states, *swept)


def _swept_at(queue: str) -> Subquery:
    """Here, so that no page needs a statement more to know whether anybody works."""
    return Subquery(QueueSweep.objects.filter(queue=queue).values("swept_at"))


def _state_of(connected: ConnectionQuerySet, platform: str) -> Coalesce:
    """The state of a connection that is not active, else "outage" or "active"; empty without a connection."""
    own = connected.filter(platform=platform)
    trouble = Subquery(own.exclude(state=Connection.State.ACTIVE).values("state")[:1])
    outage, working = When(Exists(own.in_outage()), then=Value("outage")), When(Exists(own), then=Value("active"))
    return Coalesce(trouble, Case(outage, working, default=Value(""), output_field=CharField()))


def _platform(provider: OrderProvider, state: str) -> dict[str, str]:
    url = reverse("integrations:platform", args=[provider.platform])
    return {"name": provider.name, "url": url, "state": state}


def _admin_url() -> str:
    return f"/{settings.ADMIN_PATH}" if settings.ADMIN_PATH else ""

"""The context processor of the navigation: shops, counts, platforms, and whether the workers run."""

from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from integrations.models import Connection
from integrations.models.connections import ConnectionQuerySet
from integrations.providers import all_providers
from integrations.providers.base import OrderProvider
from jobs.models import Job
from lib.leases import last_sweep_at
from lib.prepared_queries import PreparedQuery
from shipments.models import ShipmentCount
from shipments.queries.counts import waiting_by_connection
from shipments.states import UNLABELED
from shops.models import Shop
from ui.theme import current_theme

WORKER_SILENT_AFTER = timedelta(minutes=2)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Queries nothing until a template uses it."""
    return {"navigation": SimpleLazyObject(lambda: _navigation(request))}


def _navigation(request: HttpRequest) -> dict[str, Any]:
    shops = [membership.shop for membership in getattr(request, "memberships", [])]
    context = {"theme": current_theme(request), "admin_url": _admin_url(), "shops": shops}
    shop = getattr(request, "shop", None)
    return context | (_shop_context(shop) if shop is not None else {})


def _shop_context(shop: Shop) -> dict[str, Any]:
    last_sweep = last_sweep_at()
    return _counts(shop) | {
        "waiting": SimpleLazyObject(lambda: waiting_by_connection(shop)),
        "worker_is_silent": last_sweep is not None and timezone.now() - last_sweep > WORKER_SILENT_AFTER,
    }


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
    states = {f"state_{number}": _state_of(connected, platform) for number, platform in enumerate(platforms)}
    facts = Shop.objects.annotate(
        busy=Exists(Job.objects.unfinished().filter(shop=OuterRef("pk"))),
        draft_count=Coalesce(Subquery(drafts.annotate(sum=Sum("number")).values("sum")), 0),
        is_active=Exists(connected.filter(state=Connection.State.ACTIVE)),
        has_connection=Exists(connected),
        **states,
    )
    found: QuerySet[Any, Any] = facts.filter(pk=shop)
    return found.values("busy", "draft_count", "is_active", "has_connection", *states)


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

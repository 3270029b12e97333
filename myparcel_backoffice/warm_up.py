"""Loads and runs before a fork what every process would otherwise load and run first, each with memory of its own.

Loading alone is not enough: Python writes to a function when it first runs (measured: a page in the parent saves each
process 9 MB).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from wsgiref.util import setup_testing_defaults

from celery import current_app
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.urls import get_resolver, reverse
from django.utils import translation

from carriers.gateways import GATEWAYS, get_gateway
from integrations.orders import FulfillmentStatus, OrderAddress, OrderData, OrderLine, OrderStatus, PaymentStatus
from integrations.providers import all_providers
from shipments.services.imports.order_to_draft import draft_from_order
from shops.models import PackagePreferences

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def warm_up() -> None:
    """Providers, gateways, translations, and the clients of cache and broker, unconnected. May be repeated."""
    all_providers()
    for alias in settings.CACHES:
        caches.create_connection(alias)
    # The module of the broker's client, which is imported when it is first needed.
    current_app.connection_for_write().get_transport_cls()
    for gateway in GATEWAYS:
        get_gateway(gateway)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")


def warm_up_imports() -> None:
    """The tables and patterns by which an order becomes a draft. May be repeated.

    They take 0.1 s and 8 MB when the first order is looked at, and a process of the worker does not live long.
    """
    now = datetime.now(UTC)
    address = OrderAddress("Kim", "Example", line1="Dorpsstraat 1", postal_code="1234 AB", city="Ergens", country="NL")
    order = OrderData(
        external_id="warm-up",
        number="1",
        created_at=now,
        updated_at=now,
        status=OrderStatus.APPROVED,
        payment=PaymentStatus.PAID,
        fulfillment=FulfillmentStatus.NOT_FULFILLED,
        lines=(OrderLine("1", "Mok", 1),),
        address=address,
        email="kim@example.com",
    )
    draft_from_order(order, PackagePreferences())


def warm_up_pages(application: Application) -> Mapping[str, str]:
    """All URLs and views, and the page to sign in as anybody sees it. Returns its headers. May be repeated.

    Whatever it connects to is closed: two processes must not share a connection.
    """
    get_resolver()._populate()
    request: dict[str, Any] = {"PATH_INFO": reverse("account_login"), "wsgi.url_scheme": "https"}
    request["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else "localhost"
    setup_testing_defaults(request)
    headers: dict[str, str] = {}
    response = application(request, lambda status, fields, _error=None: headers.update(fields, status=status))
    for _part in response:
        pass
    if close := getattr(response, "close", None):
        close()
    connections.close_all()
    caches.close_all()
    return headers

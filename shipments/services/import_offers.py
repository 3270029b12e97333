"""Asks, before an import, whether the delivery type of the preferences is offered at the orders' addresses."""

from collections.abc import Sequence

from carriers.delivery_options import DATED
from shipments.models import JobItem
from shipments.services.delivery_moments import Moments
from shipments.services.imports.delivery_offers import Offers
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.services.labels.gateway import account_gateway
from shops.models import PackagePreferences


def ask_for_orders(shop_id: int, items: Sequence[JobItem], preferences: PackagePreferences) -> Offers:
    """Calls the gateway where the preferences need it, so it must not run within a transaction."""
    if preferences.choice.delivery_type not in DATED:
        return {}
    moments = Moments(shop_id, account_gateway(shop_id))
    offers: Offers = {}
    for item in items:
        if item.order is None:
            continue
        content = draft_from_order(item.order.order, preferences).content
        answer = moments.ask(content.choice, content.recipient)
        if answer is not None:
            offers[item.order.pk] = answer, moments.message(content.choice, answer)
    return offers

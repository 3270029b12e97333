"""Asks, before an import, whether the delivery type of the preferences or rules is offered at the orders' addresses."""

from collections.abc import Sequence

from carriers.delivery_options import DATED
from shipments.models import JobItem
from shipments.services.delivery_moments import Moments
from shipments.services.drafts.remembered_customs import find_remembered_customs
from shipments.services.imports.delivery_offers import Offers
from shipments.services.imports.order_customs import skus_to_look_up
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.services.imports.shipping_rules import Rules, needs_delivery_types
from shipments.services.labels.gateway import account_gateway
from shops.models import PackagePreferences


def ask_for_orders(shop_id: int, items: Sequence[JobItem], preferences: PackagePreferences, rules: Rules) -> Offers:
    """Calls the gateway where the preferences or rules need it, so it must not run within a transaction."""
    if not DATED & {preferences.choice.delivery_type, *needs_delivery_types(rules)}:
        return {}
    moments = Moments(shop_id, account_gateway(shop_id))
    offers: Offers = {}
    # A rule may ask how heavy an order is.
    skus = (sku for item in items if item.order for sku in skus_to_look_up(item.order.order))
    known = find_remembered_customs(shop_id, skus) if rules else {}
    for item in items:
        if item.order is None:
            continue
        content = draft_from_order(item.order.order, preferences, known, rules).content
        answer = moments.ask(content.choice, content.recipient)
        if answer is not None:
            offers[item.order.pk] = answer, moments.message(content.choice, answer)
    return offers

"""What the carrier said about the delivery type of the preferences, in the plan of a draft."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.functional import Promise

from carriers.capabilities import Capabilities
from carriers.delivery_options import DATED, STANDARD, Answer, Offer
from shipments.models import JobItem
from shipments.services.imports.notes import Note
from shipments.services.imports.order_to_draft import DraftPlan
from shipments.services.imports.shipping_rules import Rules
from shops.models import PackagePreferences

# By order id: the answer, and what to say about it.
Offers = dict[int, tuple[Answer, Promise | str]]
# Asks about the orders of these items of a shop.
AskForOrders = Callable[[int, Sequence[JobItem], PackagePreferences, Rules], Offers]


def ask_nobody(_shop_id: int, _items: Sequence[JobItem], _preferences: PackagePreferences, _rules: Rules) -> Offers:
    return {}


def with_offer(plan: DraftPlan, offer: tuple[Answer, Promise | str] | None, capabilities: Capabilities) -> DraftPlan:
    """The plan with a note about a delivery type that is not offered or in doubt, and the day of one that is.

    ``capabilities`` are those of the shop.
    """
    if offer is None or plan.content.choice.delivery_type not in DATED:
        return plan
    answer, message = offer
    if answer.offer is Offer.OFFERED:
        return replace(plan, content=replace(plan.content, delivery_day=answer.day))
    notes = (*plan.notes, Note("delivery_type", f"moment_{answer.offer}", message))
    if answer.offer is Offer.UNKNOWN:
        return replace(plan, notes=notes)
    content = replace(plan.content, choice=replace(plan.content.choice, delivery_type=STANDARD))
    return replace(plan, content=content, problems=content.problems(capabilities), notes=notes)

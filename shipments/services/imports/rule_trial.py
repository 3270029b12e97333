"""A dry run of a shop's shipping rules on its orders of the last month. Writes nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.utils import timezone

from carriers.capabilities import Capabilities
from carriers.parcels import Destination
from integrations.orders import OrderData
from shipments.draft_diff import choice_changes
from shipments.queries.recent_orders import newest_orders
from shipments.services.drafts.remembered_customs import find_remembered_customs
from shipments.services.imports.order_customs import skus_to_look_up
from shipments.services.imports.order_recipient import recipient_of
from shipments.services.imports.order_to_draft import resolve_outcome, rule_facts
from shipments.services.imports.order_weight import weigh
from shipments.services.imports.shipping_rules import CompiledRule, Outcome, RuleFacts, apply_rule, compile_rules
from shops.models import ShippingRule, Shop
from shops.services.preferences import get_preferences

DAYS, MAX_ORDERS = 30, 1_000
# The most frequent ones are shown of each rule.
MAX_SENTENCES = 8


@dataclass(slots=True)
class RuleTrial:
    """``changes`` and ``obstacles`` count orders by a sentence in the active language.

    A rule that is switched off is tried as if it were on, but for the other rules it is not there.
    """

    rule: ShippingRule
    met: int = 0
    unchanged: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    obstacles: Counter[str] = field(default_factory=Counter)

    @property
    def most_changes(self) -> list[tuple[str, int]]:
        return self.changes.most_common(MAX_SENTENCES)

    @property
    def most_obstacles(self) -> list[tuple[str, int]]:
        return self.obstacles.most_common(MAX_SENTENCES)


@dataclass(frozen=True, slots=True)
class Trial:
    """``untouched`` orders meet no rule that is switched on. ``is_partial``: there are older orders in these days."""

    orders: int
    untouched: int
    is_partial: bool
    rules: tuple[RuleTrial, ...]


def try_rules(shop: Shop) -> Trial:
    """The rules as they are now, on at most MAX_ORDERS orders, as they were before anything of them was sent."""
    compiled = compile_rules(shop.shippingrules.all())
    trials = {one.rule.pk: RuleTrial(one.rule) for one in compiled}
    since = timezone.now() - timedelta(days=DAYS)
    found = newest_orders(shop, since=since, most=MAX_ORDERS + 1)
    orders = [_as_it_came(row.order) for row in found[:MAX_ORDERS] if row.order.is_readable]
    capabilities, untouched = shop.capabilities, 0
    for facts, outcome in _starts(shop, orders):
        untouched += not _try(compiled, facts, outcome, capabilities, trials)
    return Trial(len(orders), untouched, len(found) > MAX_ORDERS, tuple(trials.values()))


def _as_it_came(order: OrderData) -> OrderData:
    return replace(order, lines=tuple(replace(line, fulfilled=0) for line in order.lines))


def _starts(shop: Shop, orders: list[OrderData]) -> Iterable[tuple[RuleFacts, Outcome]]:
    """Of each order what rules ask, and the preferences with which they begin."""
    preferences = get_preferences(shop)
    known = find_remembered_customs(shop.pk, (sku for order in orders for sku in skus_to_look_up(order)))
    for order in orders:
        recipient, _notes = recipient_of(order)
        destination = Destination(recipient.country, recipient.postal_code, recipient.region)
        facts = rule_facts(order, destination, weigh(order, preferences, known), preferences)
        yield facts, Outcome(preferences.choice, preferences.insurance_percent)


def _try(
    compiled: Iterable[CompiledRule],
    facts: RuleFacts,
    outcome: Outcome,
    capabilities: Capabilities,
    trials: dict[int, RuleTrial],
) -> bool:
    """Whether the order meets a rule that is switched on."""
    is_touched = False
    for one in compiled:
        if not one.is_met(facts):
            continue
        after = apply_rule(one, facts, outcome, capabilities)
        _count(trials[one.rule.pk], facts, outcome, after, capabilities)
        if one.rule.is_on:
            outcome, is_touched = after, True
            if not one.rule.goes_on:
                break
    return is_touched


def _count(trial: RuleTrial, facts: RuleFacts, before: Outcome, after: Outcome, capabilities: Capabilities) -> None:
    trial.met += 1
    obstacle = after.effects[-1].obstacle
    if obstacle is not None:
        trial.obstacles[str(obstacle)] += 1
        return
    was, now = (resolve_outcome(outcome, facts, capabilities).choice for outcome in (before, after))
    changes = choice_changes(was, now)
    trial.unchanged += not changes
    trial.changes.update(str(change) for change in changes)

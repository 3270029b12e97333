"""Applies a shop's shipping rules to what becomes a draft. Pure functions.

Rules are compiled once for a batch: each condition becomes one test of a few plain values, the cheapest first.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import Capabilities
from carriers.import_blockers import import_blocker
from carriers.parcels import Destination, ParcelChoice
from carriers.partial_choice import PartialChoice, set_fields
from carriers.problems import Text
from carriers.territories import zone
from lib.countries import iso_country
from shipments.services.imports.notes import RULE, RULE_LEFT, Note
from shops.models import PackagePreferences, ShippingRule
from shops.shipping_rule_words import change_words, joined

NO_VALUE = _("The value of this order in euros is not known.")


@dataclass(frozen=True)
class RuleFacts:
    """What conditions ask of an order or of a line of a file.

    ``weight`` is grams of the articles without a box, ``boxes`` grams of the empty box by package type. ``euros`` is
    the value of what is shipped, None when nobody knows it in euros. ``decided`` are fields of the choice that are not
    for a rule to set, because the buyer or the file did; ``decider`` says who.
    """

    destination: Destination
    weight: int
    euros: Decimal | None = None
    names: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    shipping_method: str = ""
    boxes: Mapping[str, int] = field(default_factory=dict)
    to_point: bool = False
    decided: frozenset[str] = frozenset()
    decider: Text = ""

    @cached_property
    def places(self) -> tuple[str, str]:
        """The country and its group; nothing without a country."""
        country = self.destination.country
        return (iso_country(country), zone(self.destination)) if country else ("", "")

    @cached_property
    def postal_code(self) -> str:
        return plain_code(self.destination.postal_code)

    @cached_property
    def folded_names(self) -> tuple[str, ...]:
        return tuple(name.casefold() for name in self.names)

    @cached_property
    def folded_skus(self) -> tuple[str, ...]:
        return tuple(sku.strip().casefold() for sku in self.skus)

    @cached_property
    def folded_method(self) -> str:
        return self.shipping_method.casefold()


Condition = Callable[[RuleFacts], bool]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    rule: ShippingRule
    conditions: tuple[Condition, ...]
    fields: Mapping[str, Any]
    # Of an order that it was applied to, without the fields that were decided.
    note: Callable[[frozenset[str]], Note]

    def is_met(self, facts: RuleFacts) -> bool:
        return all(condition(facts) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What a rule did. Where an ``obstacle`` is named it changed nothing."""

    compiled: CompiledRule
    decided: frozenset[str] = frozenset()
    obstacle: Text | None = None

    @property
    def note(self) -> Note:
        if self.obstacle is None:
            return self.compiled.note(self.decided)
        text = _("Shipping rule “{name}” was not applied: {why}")
        return Note(RULE, RULE_LEFT, format_lazy(text, name=self.compiled.rule.name, why=self.obstacle))


@dataclass(frozen=True, slots=True)
class Outcome:
    """``percent`` of the value is to be insured, 0 for the amount in ``choice``."""

    choice: ParcelChoice
    percent: int
    effects: tuple[RuleEffect, ...] = ()

    @property
    def notes(self) -> list[Note]:
        return [effect.note for effect in self.effects]


NO_RULES: tuple[CompiledRule, ...] = ()
Rules = tuple[CompiledRule, ...]


def load_rules(preferences: PackagePreferences) -> Rules:
    """Those of the shop that are switched on, in their order. No query; call it once for a batch."""
    return _compiled(json.dumps(preferences.shipping_rules)) if preferences.shipping_rules else NO_RULES


# Batches of an import follow each other; by the rules themselves, so what was changed is compiled anew.
@lru_cache(maxsize=256)
def _compiled(rules: str) -> Rules:
    return compile_rules(map(ShippingRule.from_json, json.loads(rules)))


def compile_rules(rules: Iterable[ShippingRule]) -> Rules:
    return tuple(
        CompiledRule(rule, tuple(_conditions(rule)), rule.choice_fields, _applied_notes(rule)) for rule in rules
    )


def needs_delivery_types(rules: Rules) -> frozenset[str]:
    """The delivery types that these rules may ask for."""
    return frozenset(rule.fields["delivery_type"] for rule in rules if "delivery_type" in rule.fields)


def may_leave_eu(rules: Rules, capabilities: Capabilities) -> bool:
    """Whether a rule may choose a carrier that delivers outside the EU for an order that goes there."""
    return any(
        "carrier" in one.fields
        and import_blocker(one.fields["carrier"], Destination("US"), capabilities) is None
        and (not one.rule.destinations or bool(set(one.rule.destinations) - {"NL", "BE", "EU"}))
        for one in rules
    )


def apply_rules(rules: Rules, facts: RuleFacts, preferences: PackagePreferences, capabilities: Capabilities) -> Outcome:
    """The preferences as the rules that this order meets change them.

    A rule that cannot be carried out for this destination changes nothing, and the effect says why. It ends the rules
    like any other that is met.
    """
    outcome = Outcome(preferences.choice, preferences.insurance_percent)
    for compiled in rules:
        if compiled.is_met(facts):
            outcome = apply_rule(compiled, facts, outcome, capabilities)
            if not compiled.rule.goes_on:
                break
    return outcome


def apply_rule(compiled: CompiledRule, facts: RuleFacts, so_far: Outcome, capabilities: Capabilities) -> Outcome:
    """Of a rule that is met."""
    rule, before = compiled.rule, so_far.choice
    fields = {name: value for name, value in compiled.fields.items() if name not in facts.decided}
    wanted_percent = None if "insurance" in facts.decided else rule.insurance_percent
    if not fields and wanted_percent is None:
        done = PartialChoice(before, facts.decider)
    elif wanted_percent is not None and facts.euros is None:
        done = PartialChoice(before, NO_VALUE)
    else:
        box = facts.boxes.get(fields.get("package_type", before.package_type), 0)
        grams = facts.weight + box
        done = set_fields(before, fields, facts.destination, capabilities, weight=grams, to_point=facts.to_point)
    effects = (*so_far.effects, RuleEffect(compiled, facts.decided, done.obstacle))
    if done.obstacle is not None:
        return replace(so_far, effects=effects)
    percent = so_far.percent
    if wanted_percent is not None:
        percent = wanted_percent
    elif "insurance" in fields:
        percent = 0
    return Outcome(done.choice, percent, effects)


def plain_code(text: str) -> str:
    """A postcode without blanks and signs, in capitals."""
    return "".join(filter(str.isalnum, text)).upper()


def _conditions(rule: ShippingRule) -> Iterable[Condition]:
    if places := frozenset(rule.destinations):
        yield lambda facts: not places.isdisjoint(facts.places)
    if (least_weight := rule.least_weight) is not None:
        yield lambda facts: facts.weight >= least_weight
    if (most_weight := rule.most_weight) is not None:
        yield lambda facts: facts.weight <= most_weight
    if (least_value := rule.least_value) is not None:
        yield lambda facts: facts.euros is not None and facts.euros >= least_value
    if (most_value := rule.most_value) is not None:
        yield lambda facts: facts.euros is not None and facts.euros <= most_value
    if codes := tuple(filter(None, map(plain_code, rule.postcode_list))):
        yield lambda facts: facts.postal_code.startswith(codes)
    if method := rule.shipping_method.casefold():
        yield lambda facts: method in facts.folded_method
    if article := rule.article.casefold():
        yield lambda facts: any(article in name for name in facts.folded_names)
    if skus := tuple(sku.casefold() for sku in rule.sku_list):
        whole = frozenset(sku for sku in skus if not sku.endswith("*"))
        starts = tuple(sku.rstrip("*") for sku in skus if sku.endswith("*"))
        yield lambda facts: any(sku in whole or (sku and sku.startswith(starts)) for sku in facts.folded_skus)


def _applied_notes(rule: ShippingRule) -> Callable[[frozenset[str]], Note]:
    """Their words are the same for many orders, so they are put together once for each language."""

    @cache
    def note(decided: frozenset[str]) -> Note:
        words = joined(change_words(rule, without=decided))
        text = format_lazy(_("Shipping rule “{name}”: {changes}."), name=rule.name, changes=words)

        @cache
        def in_language(_language: str | None) -> str:
            return str(text)

        return Note(RULE, RULE, lazy(lambda: in_language(get_language()), str)())

    return note

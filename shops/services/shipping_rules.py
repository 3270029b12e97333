"""Changes of a shop's shipping rules and of their order, each with an entry of the trail.

Every change holds a lock on the shop and writes ``PackagePreferences.shipping_rules`` anew.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from audit import trail
from audit.actions import AuditAction
from shops.models import ShippingRule, Shop
from shops.services.preferences import get_preferences
from shops.shipping_rule import MAX_RULES

FIELDS = ("name", "is_on", "goes_on", *ShippingRule.CONDITION_FIELDS, *ShippingRule.CHANGE_FIELDS)


class TooManyRules(Exception):
    """The shop has as many rules as it may have."""


def add_rule(shop: Shop, values: Mapping[str, Any], *, by: trail.Actor) -> ShippingRule:
    """Behind the others. Raises TooManyRules."""
    with transaction.atomic():
        _lock(shop)
        rules = ShippingRule.objects.filter(shop=shop)
        if rules.count() >= MAX_RULES:
            raise TooManyRules
        last = rules.aggregate(last=Max("position"))["last"] or 0
        rule = ShippingRule.objects.create(shop=shop, position=last + 1, **values)
        _publish(shop)
        trail.record(AuditAction.RULE_ADDED, by=by, shop=shop, target=rule)
    return rule


def change_rule(rule: ShippingRule, values: Mapping[str, Any], *, by: trail.Actor) -> bool:
    """Set some of FIELDS; drafts that were made before stay as they are. May be repeated. False when it was deleted."""
    before = trail.field_values(rule, values)
    for name, value in values.items():
        setattr(rule, name, value)
    rule.saved_at = timezone.now()
    with transaction.atomic():
        _lock(rule.shop)
        if not ShippingRule.objects.filter(pk=rule.pk).update(**values, saved_at=rule.saved_at):
            return False
        _publish(rule.shop)
        trail.record_changes(rule, before, by=by, shop=rule.shop)
    return True


def delete_rule(rule: ShippingRule, *, by: trail.Actor) -> None:
    """May be repeated: a rule that is gone is not deleted twice."""
    with transaction.atomic():
        _lock(rule.shop)
        if ShippingRule.objects.filter(pk=rule.pk).delete()[0]:
            _publish(rule.shop)
            target = (ShippingRule._meta.label_lower, str(rule.public_id))
            trail.record(AuditAction.RULE_DELETED, by=by, shop=rule.shop, target=target)


def move_rule(rule: ShippingRule, *, up: bool, by: trail.Actor) -> bool:
    """Change places with the rule before or behind it. False when there is none."""
    with transaction.atomic():
        _lock(rule.shop)
        rules = ShippingRule.objects.filter(shop=rule.shop)
        # Somebody else may have moved it since it was read.
        here = rules.filter(pk=rule.pk).values_list("position", flat=True).first()
        if here is None:
            return False
        others = rules.filter(position__lt=here).order_by("-position") if up else rules.filter(position__gt=here)
        other = others.first()
        if other is None:
            return False
        _swap(rules, rule.pk, here, other)
        _publish(rule.shop)
        changes = {"position": (here, other.position)}
        trail.record(AuditAction.SETTINGS_CHANGED, by=by, shop=rule.shop, target=rule, changes=changes)
    return True


def _swap(rules: Any, pk: int, here: int, other: ShippingRule) -> None:
    """No two rules may have one position, also not between two statements: the first waits behind the last."""
    last = rules.aggregate(last=Max("position"))["last"]
    rules.filter(pk=pk).update(position=last + 1)
    rules.filter(pk=other.pk).update(position=here)
    rules.filter(pk=pk).update(position=other.position)


def _publish(shop: Shop) -> None:
    """Write the rules that are on to the preferences, where imports read them."""
    preferences = get_preferences(shop)
    on = ShippingRule.objects.filter(shop=shop, is_on=True)
    preferences.shipping_rules = [rule.to_json() for rule in on]
    preferences.save(update_fields=["shipping_rules"])


def _lock(shop: Shop) -> None:
    """Until the end of the transaction nobody else changes a rule of this shop."""
    Shop.objects.select_for_update().get(pk=shop.pk)

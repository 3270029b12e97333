"""A shipping rule in words: what an order must meet, and what changes then."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.choices import CARRIER_NAMES, DELIVERY_TYPE_NAMES, OPTIONS, TYPE_NAMES, ZONE_NAMES
from carriers.problems import Text
from shops.shipping_rule import ShippingRule
from ui.templatetags.backoffice import country_name, euros, money, number

EVERY_ORDER = _("every order")
lazy_country = lazy(country_name, str)
lazy_euros = lazy(euros, str)
lazy_money = lazy(money, str)
lazy_number = lazy(number, str)


def joined(texts: Iterable[Text], separator: str = ", ") -> Text:
    texts = tuple(texts)
    return format_lazy(separator.join(["{}"] * len(texts)), *texts)


def change_words(rule: ShippingRule, without: Collection[str] = ()) -> list[Text]:
    """Of everything that the rule changes, in the order of its form, but for the fields ``without``."""
    words: list[Text] = []
    named: Mapping[str, Mapping[str, Text]] = {
        "carrier": CARRIER_NAMES,
        "package_type": TYPE_NAMES,
        "delivery_type": DELIVERY_TYPE_NAMES,
    }
    for field, names in named.items():
        if (key := getattr(rule, field)) and field not in without:
            words.append(names.get(key, key))
    for field, name in OPTIONS.items():
        if (wanted := getattr(rule, field)) is not None and field not in without:
            words.append(format_lazy(_("{option} on") if wanted else _("{option} off"), option=name))
    if "insurance" in without:
        return words
    if rule.insurance is not None:
        amount = lazy_euros(rule.insurance)
        words.append(format_lazy(_("insured up to {amount}"), amount=amount) if rule.insurance else _("not insured"))
    if rule.insurance_percent is not None:
        words.append(format_lazy(_("{percent}% of the order value insured"), percent=rule.insurance_percent))
    return words


def condition_words(rule: ShippingRule) -> list[Text]:
    """One text for each condition, all of which must hold; one for a rule without conditions."""
    return list(_conditions(rule)) or [EVERY_ORDER]


def _conditions(rule: ShippingRule) -> Iterator[Text]:
    if rule.destinations:
        yield format_lazy(_("to {places}"), places=_one_of([_place(place) for place in rule.destinations]))
    if rule.least_weight is not None or rule.most_weight is not None:
        yield _between(_("weight"), _grams(rule.least_weight), _grams(rule.most_weight))
    if rule.least_value is not None or rule.most_value is not None:
        yield _between(_("order value"), _amount(rule.least_value), _amount(rule.most_value))
    if rule.article:
        yield format_lazy(_("an article with “{text}” in its name"), text=rule.article)
    if rule.skus:
        yield format_lazy(_("an article with SKU {skus}"), skus=_one_of(rule.sku_list))
    if rule.postcodes:
        yield format_lazy(_("postcode starts with {codes}"), codes=_one_of(rule.postcode_list))
    if rule.shipping_method:
        yield format_lazy(_("shipping method with “{text}”"), text=rule.shipping_method)


def _place(place: str) -> Text:
    return ZONE_NAMES.get(place) or lazy_country(place)


def _one_of(texts: Sequence[Text]) -> Text:
    if len(texts) == 1:
        return texts[0]
    return format_lazy(_("{places} or {last}"), places=joined(texts[:-1]), last=texts[-1])


def _grams(grams: int | None) -> Text | None:
    return None if grams is None else format_lazy("{} g", lazy_number(grams))


def _amount(value: Decimal | None) -> Text | None:
    return None if value is None else lazy_money(value)


def _between(what: Text, least: Text | None, most: Text | None) -> Text:
    if least is None:
        return format_lazy(_("{what} up to {most}"), what=what, most=most)
    if most is None:
        return format_lazy(_("{what} from {least}"), what=what, least=least)
    return format_lazy(_("{what} from {least} up to {most}"), what=what, least=least, most=most)

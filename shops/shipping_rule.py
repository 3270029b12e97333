"""A shop's shipping rules: conditions of an order, and what they change of the parcel preferences."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carriers.choices import CARRIER_NAMES, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from shops.tenancy import ShopOwned

# All of a shop are read with its preferences.
MAX_RULES = 50
# Destinations that are groups of countries, as ``carriers.territories.zone`` names them; the others are country codes.
GROUPS = ("NL", "BE", "EU", "ROW")


class ShippingRule(ShopOwned):
    """An order must meet every condition that is set; a rule without conditions is for every order.

    What a rule does not change is empty or None. ``shipments.services.imports.shipping_rules`` applies the rules.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveIntegerField(_("position"), editable=False)
    name = models.CharField(_("name"), max_length=60)
    is_on = models.BooleanField(_("switched on"), default=True)
    # The rules after one that an order meets are not looked at, unless it says so.
    goes_on = models.BooleanField(_("go on with the next rules"), default=False)
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)

    # Country codes and GROUPS, of which the destination must be one.
    destinations = models.JSONField(_("destination"), default=list, blank=True)
    # Grams of the articles, without a box; both bounds are met too.
    least_weight = models.PositiveIntegerField(_("weight from"), null=True, blank=True)
    most_weight = models.PositiveIntegerField(_("weight up to"), null=True, blank=True)
    # Euros of what is to be shipped; both bounds are met too.
    least_value = models.DecimalField(_("order value from"), max_digits=12, decimal_places=2, null=True, blank=True)
    most_value = models.DecimalField(_("order value up to"), max_digits=12, decimal_places=2, null=True, blank=True)
    article = models.CharField(_("article name contains"), max_length=100, blank=True)
    # With commas between several; those with an asterisk behind them are the beginning of a SKU.
    skus = models.CharField(_("SKU"), max_length=300, blank=True)
    # With commas between several beginnings.
    postcodes = models.CharField(_("postcode starts with"), max_length=300, blank=True)
    shipping_method = models.CharField(_("shipping method in the webshop contains"), max_length=100, blank=True)

    carrier = models.CharField(_("carrier"), max_length=20, blank=True, choices=list(CARRIER_NAMES.items()))
    package_type = models.CharField(_("package type"), max_length=20, blank=True, choices=list(PACKAGE_TYPES.items()))
    delivery_type = models.CharField(
        _("delivery type"), max_length=20, blank=True, choices=list(DELIVERY_TYPES.items())
    )
    signature = models.BooleanField(OPTIONS["signature"], null=True, blank=True)
    only_recipient = models.BooleanField(OPTIONS["only_recipient"], null=True, blank=True)
    age_check = models.BooleanField(OPTIONS["age_check"], null=True, blank=True)
    return_to_sender = models.BooleanField(OPTIONS["return_to_sender"], null=True, blank=True)
    large_format = models.BooleanField(OPTIONS["large_format"], null=True, blank=True)
    insurance = models.PositiveIntegerField(_("insured up to"), null=True, blank=True, help_text=_("Euro cents."))
    insurance_percent = models.PositiveSmallIntegerField(
        _("part of the order value to insure (%)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    CONDITION_FIELDS = (
        *("destinations", "least_weight", "most_weight", "least_value", "most_value", "article", "skus"),
        *("postcodes", "shipping_method"),
    )
    # Fields of a ``ParcelChoice``.
    CHOICE_FIELDS = ("carrier", "package_type", "delivery_type", *OPTIONS, "insurance")
    CHANGE_FIELDS = (*CHOICE_FIELDS, "insurance_percent")
    APPLIED_FIELDS = ("name", "goes_on", *CONDITION_FIELDS, *CHANGE_FIELDS)

    class Meta:
        verbose_name, verbose_name_plural = _("shipping rule"), _("shipping rules")
        ordering = ["shop_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "position"], name="shipping_rule_position"),
            models.CheckConstraint(condition=Q(least_weight__lte=F("most_weight")), name="shipping_rule_weight"),
            models.CheckConstraint(
                condition=Q(least_value__gte=0, most_value__gte=0, least_value__lte=F("most_value")),
                name="shipping_rule_value",
            ),
            # An amount and a part of the value would contradict each other.
            models.CheckConstraint(
                condition=Q(insurance=None) | Q(insurance_percent=None), name="shipping_rule_insured_once"
            ),
            models.CheckConstraint(condition=Q(insurance_percent__range=(1, 100)), name="shipping_rule_percent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def choice_fields(self) -> dict[str, Any]:
        """The fields of a ``ParcelChoice`` that this rule sets, with their values."""
        fields = {name: getattr(self, name) for name in self.CHOICE_FIELDS}
        return {name: value for name, value in fields.items() if value not in (None, "")}

    def to_json(self) -> dict[str, Any]:
        """What an import needs of it, without what is empty; see ``from_json``."""
        values = {name: getattr(self, name) for name in self.APPLIED_FIELDS}
        texts = {name: str(value) for name, value in values.items() if isinstance(value, Decimal)}
        return {name: value for name, value in (values | texts).items() if value not in (None, "", [])}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """A rule that is not stored."""
        amounts = {name: Decimal(values[name]) for name in ("least_value", "most_value") if name in values}
        return cls(**(dict(values) | amounts))

    @property
    def sku_list(self) -> tuple[str, ...]:
        return split_list(self.skus)

    @property
    def postcode_list(self) -> tuple[str, ...]:
        return split_list(self.postcodes)


def split_list(text: str) -> tuple[str, ...]:
    """What stands between commas, semicolons and line ends."""
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

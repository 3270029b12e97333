"""What a file would become, before anything is made."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise

from shipments.services.csv_files.file_import import known_references
from shipments.services.csv_files.mapping import IGNORED_KEYS, column_title
from shipments.services.csv_files.plans import RowPlan, plan_row
from shipments.services.csv_files.reader import Table
from shipments.services.imports.shipping_rules import load_rules
from shops.models import Shop
from shops.services.preferences import get_preferences

MAX_SHOWN = 200


@dataclass
class UploadPreview:
    """Every line planned as the import would, in groups; at most MAX_SHOWN of each are shown."""

    shop: Shop
    table: Table
    most: int = MAX_SHOWN

    @cached_property
    def plans(self) -> list[RowPlan]:
        preferences = get_preferences(self.shop)
        rules = load_rules(preferences)
        return [plan_row(line, preferences, rules) for line in self.table.lines]

    @property
    def total(self) -> int:
        return len(self.plans)

    @cached_property
    def all_invalid(self) -> list[RowPlan]:
        return [plan for plan in self.plans if plan.errors]

    @property
    def invalid(self) -> list[tuple[RowPlan, list[tuple[Promise | str, Promise | str]]]]:
        return [
            (plan, [(column_title(error.field), error.text) for error in plan.errors])
            for plan in self.all_invalid[:MAX_SHOWN]
        ]

    @cached_property
    def all_held(self) -> list[RowPlan]:
        return [plan for plan in self.plans if plan.held and not plan.errors]

    @property
    def held(self) -> list[RowPlan]:
        return self.all_held[:MAX_SHOWN]

    @cached_property
    def all_valid(self) -> list[RowPlan]:
        return [plan for plan in self.plans if not plan.errors and not plan.held]

    @property
    def valid(self) -> list[RowPlan]:
        return self.all_valid[:MAX_SHOWN]

    @cached_property
    def incomplete(self) -> int:
        return sum(bool(plan.problems) for plan in self.all_valid)

    @cached_property
    def known(self) -> list[str]:
        """References that shipments of this shop already have."""
        return sorted(known_references(self.shop, (plan.reference for plan in self.plans if not plan.errors)))

    @property
    def used(self) -> list[Promise | str]:
        return [column_title(key) for key in self.table.used if key not in IGNORED_KEYS]

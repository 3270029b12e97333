"""Admin classes whose lists cost the same however many rows a table has, and read-only ones."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from lib.bounded_count import MAX_COUNTED, count_at_most

# Rows a list pages through, and rows at the end of the table that it looks at without a search.
MAX_LISTED, NEWEST = MAX_COUNTED, 10_000
# How a field may be searched: by lookups that an index on the field carries.
EXACT, PREFIX = "exact", "startswith"


class FirstRowsPaginator(Paginator):
    """Counts at most ``MAX_LISTED`` rows; later ones are found by a search."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return min(count_at_most(rows, MAX_LISTED), MAX_LISTED)


class BoundedChangeList(ChangeList):
    model_admin: "BoundedAdmin"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.search_help_text = self.model_admin.search_help()

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        if not self.query and not self.model_admin.is_indexed_filter(request.GET):
            self.root_queryset = newest_rows(self.root_queryset)
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows


def newest_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """At most the ``NEWEST`` rows of the table, so that no filter looks at more.

    The last key is read first: the planner must see how few rows remain.
    """
    last = rows.model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
    return rows.filter(pk__gt=last - NEWEST) if last is not None else rows


class BoundedAdmin(admin.ModelAdmin):
    """The list shows the newest rows, and a search looks in every row by an index.

    Each of ``search_fields`` ends in ``__exact`` or ``__startswith`` and names a column with an index; each is looked
    up by itself, because no index serves an OR over two tables. ``indexed_filters`` are filters that find old rows
    too: values by query parameter for which an index finds few rows.
    """

    paginator = FirstRowsPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 100
    list_max_show_all = 100
    ordering = ("-pk",)
    # The one order that an index carries together with any filter.
    sortable_by = ()
    indexed_filters: ClassVar[dict[str, frozenset[str]]] = {}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BoundedChangeList

    def is_indexed_filter(self, parameters: Any) -> bool:
        return any(parameters.get(name) in values for name, values in self.indexed_filters.items())

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        shown = _("The first %(listed)s of the newest %(newest)s rows are listed; a search looks in all of them.")
        facts = {"subtitle": shown % {"listed": MAX_LISTED, "newest": NEWEST}}
        return super().changelist_view(request, facts | (extra_context or {}))

    def search_help(self) -> str:
        """Which fields are searched and how, in the reader's language."""
        exact = ", ".join(self._searched(EXACT))
        prefix = ", ".join(self._searched(PREFIX))
        sentences = [_("In full: %(fields)s.") % {"fields": exact}] if exact else []
        sentences += [_("From its beginning: %(fields)s.") % {"fields": prefix}] if prefix else []
        return " ".join(map(str, sentences))

    def _searched(self, lookup: str) -> Iterable[str]:
        for path in self.search_fields or ():
            if path.endswith(f"__{lookup}"):
                yield str(capfirst(searched_field(self.model, path).verbose_name))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        found = {pk for path in self.get_search_fields(request) for pk in self._find(path, term)}
        return queryset.filter(pk__in=found), False

    def _find(self, path: str, term: str) -> list[Any]:
        """At most ``MAX_LISTED`` keys; none for a term that the field cannot hold."""
        is_address = searched_field(self.model, path).name == "email"
        rows = self.model._default_manager.order_by()
        try:
            found = rows.filter(**{path: term.lower() if is_address else term}).values_list("pk", flat=True)
            return list(found[:MAX_LISTED])
        except (ValueError, ValidationError):
            return []


def searched_field(model: type[Model], path: str) -> "Field[Any, Any]":
    """The column that a search path ends at: ``order__number__exact``."""
    *relations, name, _lookup = path.split("__")
    for relation in relations:
        related = model._meta.get_field(relation).related_model
        assert isinstance(related, type)  # noqa: S101 - a path of search_fields, which a test walks
        model = related
    field = model._meta.get_field(name)
    assert isinstance(field, Field)  # noqa: S101
    return field


def known_values(
    field: str, name: Any, values: Callable[[], Iterable[tuple[str, Any]]]
) -> type[admin.SimpleListFilter]:
    """A filter of a column without choices: Django would read every value that occurs in the table."""

    class KnownValues(admin.SimpleListFilter):
        title = name
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return list(values())

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{field: self.value()}) if self.value() else queryset

    return KnownValues


class ReadOnlyAdmin(BoundedAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

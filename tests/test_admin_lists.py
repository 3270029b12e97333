"""Every list and search of the admin costs the same however many rows its table has."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter, FieldListFilter, RelatedFieldListFilter
from django.db import connection, models
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import ui.admin
from accounts.models import User
from accounts.tests.factories import make_user
from integrations.models import Fulfillment, WebhookEvent
from integrations.tests.factories import make_connection, make_fulfillment
from shipments.models import Shipment
from shipments.tests.factories import make_shipment
from shops.models import Shop
from ui.admin import BoundedAdmin, BoundedChangeList, FirstRowsPaginator, searched_field

pytestmark = pytest.mark.django_db
ADMINS = list(admin.site._registry.items())
BY_NAME = pytest.mark.parametrize(("model", "shown"), ADMINS, ids=[model._meta.label for model, _shown in ADMINS])


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser("operator@example.com", "long-password", name="Otto Operator")


def is_indexed(field: Any, *, prefix: bool) -> bool:
    """``prefix`` needs the second index that Django makes for a column marked itself."""
    if field.unique or field.db_index:
        return True
    meta = field.model._meta
    rows = [*meta.indexes, *(one for one in meta.constraints if isinstance(one, models.UniqueConstraint))]
    return not prefix and any(row.fields[:1] in ([field.name], (field.name,)) and row.condition is None for row in rows)


@BY_NAME
def test_a_list_is_bounded_by_construction(model: type[models.Model], shown: admin.ModelAdmin):
    assert isinstance(shown, BoundedAdmin)
    assert shown.paginator is FirstRowsPaginator
    assert shown.get_changelist(None) is BoundedChangeList
    assert not shown.show_full_result_count
    assert shown.show_facets is admin.ShowFacets.NEVER
    assert shown.date_hierarchy is None
    assert tuple(shown.get_ordering(None)) == ("-pk",)
    assert tuple(shown.get_sortable_by(None)) == ()
    for filtered in shown.list_filter:
        assert not (isinstance(filtered, type) and issubclass(filtered, FieldListFilter))


@BY_NAME
def test_a_search_looks_up_columns_with_an_index(model: type[models.Model], shown: BoundedAdmin, rf: RequestFactory):
    for path in shown.get_search_fields(rf.get("/")):
        lookup = path.rsplit("__", 1)[-1]
        assert lookup in {ui.admin.EXACT, ui.admin.PREFIX}, path
        assert is_indexed(searched_field(model, path), prefix=lookup == ui.admin.PREFIX), path


@BY_NAME
def test_no_form_offers_every_row_of_another_table(model: type[models.Model], shown: BoundedAdmin, rf: RequestFactory):
    request = rf.get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    for part in (shown, *(inline(model, admin.site) for inline in shown.inlines)):
        if not part.has_change_permission(request):
            continue
        chosen = {*part.raw_id_fields, *part.autocomplete_fields, *part.get_readonly_fields(request)}
        for field in part.opts.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model is not model:
                assert field.name in chosen, f"{part} offers every {field.name}"


@BY_NAME
def test_a_list_and_its_search_count_and_compare_no_more_than_the_newest_rows(
    client_for: Any, operator: User, model: type[models.Model], shown: BoundedAdmin, shop: Shop
):
    make_fulfillment(make_connection(shop), 1)
    make_shipment(shop)
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    browser = client_for(operator)
    for query in ({}, {"q": "1001"} if shown.search_fields else {}):
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(address, query)
        assert page.status_code == 200
        changes = page.context["cl"]
        for spec in changes.filter_specs:
            assert not isinstance(spec, AllValuesFieldListFilter | RelatedFieldListFilter), spec.title
        for sql in (one["sql"] for one in queries.captured_queries):
            assert "SELECT DISTINCT" not in sql
            assert not re.search(r"SELECT COUNT\(\*\)[^(]*$", sql), sql
            if sql.startswith("SELECT COUNT(*)") and not query:
                assert "LIMIT" in sql
                assert '"id" >' in sql or not model._base_manager.exists(), sql


# What a column holds that opens something, by words in its name.
SECRETS = ("token", "secret", "session_key", "encrypted", "hash", "credential", "seed")


@BY_NAME
def test_no_page_shows_what_opens_something(model: type[models.Model], shown: BoundedAdmin, rf: RequestFactory):
    request = rf.get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    row = model()
    names = {str(name) for name in (*shown.get_list_display(request), *shown.get_fields(request, row))}
    # The token of a lease counts its claims.
    assert {name for name in names - {"lease_token"} if any(word in name for word in SECRETS)} == set()


def test_a_list_asks_as_little_for_many_rows_as_for_one(client_for: Any, operator: User, shop: Shop):
    connected, browser = make_connection(shop), client_for(operator)
    asked = []
    for number in (1, 6):
        for copy in range(number):
            make_fulfillment(connected, 1000 * number + copy)
            make_shipment(shop)
            make_user(email=f"user-{number}-{copy}@example.com")
        queries = 0
        for name in ("integrations_fulfillment", "shipments_shipment", "integrations_externalorder", "accounts_user"):
            with CaptureQueriesContext(connection) as found:
                browser.get(reverse(f"admin:{name}_changelist"))
            queries += len(found)
        asked.append(queries)
    assert asked[0] == asked[1]


def test_old_rows_are_found_by_a_search_and_what_needs_attention_by_its_filter(
    client_for: Any, operator: User, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ui.admin, "NEWEST", 2)
    connected = make_connection(shop)
    rows = [make_fulfillment(connected, 30_000 + number, tracking_number=f"3S{number}") for number in range(4)]
    Fulfillment.objects.filter(pk=rows[0].pk).update(state="needs_attention")
    address, browser = reverse("admin:integrations_fulfillment_changelist"), client_for(operator)

    def listed(**query: str) -> list[str]:
        return [row.tracking_number for row in browser.get(address, query).context["cl"].result_list]

    assert listed() == ["3S3", "3S2"]
    assert listed(q="3S0") == ["3S0"]
    assert listed(q=rows[1].order.number) == ["3S1"]
    assert listed(q="3S") == []
    assert listed(state__exact="needs_attention") == ["3S0"]
    assert listed(state__exact="due") == ["3S3", "3S2"]


def test_a_long_list_says_how_far_it_goes(client_for: Any, operator: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ui.admin, "MAX_LISTED", 3)
    for number in range(5):
        WebhookEvent.objects.create(
            platform="acme", event_id=str(number), kind="order", happened_at="2026-01-01T00:00Z"
        )
    page = client_for(operator).get(reverse("admin:integrations_webhookevent_changelist"))
    assert page.context["cl"].result_count == 3
    assert "een zoekopdracht kijkt in alle rijen" in page.content.decode()
    assert "Volledig: " in page.content.decode()


def test_a_search_takes_any_text(client_for: Any, operator: User, shop: Shop):
    shipment = make_shipment(shop, barcode="3STEST")
    browser, address = client_for(operator), reverse("admin:shipments_shipment_changelist")
    for typed in ("3STEST", f" {shipment.reference} ", str(shipment.public_id)):
        assert list(browser.get(address, {"q": typed}).context["cl"].result_list) == [shipment]
    for typed in ("x" * 500, "'; DROP", "6fa5b0f2", "²"):
        assert list(browser.get(address, {"q": typed}).context["cl"].result_list) == []
    users = browser.get(reverse("admin:accounts_user_changelist"), {"q": "OPERATOR@"}).context["cl"].result_list
    assert list(users) == [operator]
    assert Shipment.objects.count() == 1

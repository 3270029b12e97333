"""What grows with history: what PostgreSQL does for each page, list, search, sweep and admin page, with 200,000
shipments in the database. No statement reads a large table whole, and none throws away what it read.
"""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from celery import current_app
from django.contrib import admin
from django.db import connection as database
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.tests.factories import make_user
from integrations.models import UnreadableOrder
from jobs.models import Job
from myparcel_backoffice.celery import DAILY, EVERY_MINUTE, PERIODIC_TASKS
from privacy.models import PersonErasure, ShopExport
from privacy.services import tidy
from privacy.services.erasure_run import ErasureRun
from privacy.services.find_person import find_person
from privacy.services.person_rows import PersonQuery
from shipments.models.attention import ATTENTION_KINDS
from shipments.queries import filters
from shipments.views import import_orders, shipment_list
from shops.models import Retention
from shops.tests.factories import make_invitation, make_rule
from tests.addresses import kind_of
from tests.bulk_rows import own_database
from tests.our_apps import OUR_APPS
from tests.plan_bounds import BOUNDS
from tests.plans import Plans
from tests.seeded_history import COMMON_TOWN, LARGE_SHARE, RARE_NAME, WAITING_ORDERS, History, seed_history

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(database.vendor != "postgresql", reason="SQLite does not say how many rows it reads"),
]
SHIPMENTS = 200_000
SHIPMENTS_OF_THE_LARGE = SHIPMENTS * LARGE_SHARE // 100
ORDERS_OF_THE_LARGE = SHIPMENTS_OF_THE_LARGE + WAITING_ORDERS
T = TypeVar("T")
KINDS = {"gateway": "acmepost", "platform": "acme", "sha256": "0" * 64, "str": "x", "path": "x", "int": "1"}


def addresses(patterns: Any = None, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the product, with its name; Django's own admin has tests of its own below."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace in {None, *OUR_APPS}:
            yield from addresses(pattern.url_patterns, prefix + str(pattern.pattern), pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), f"{namespace}:{pattern.name}"


ADDRESSES = sorted(set(addresses()))
SORTS = [*filters.SHIPMENT_SORTS, *(f"-{name}" for name in filters.SHIPMENT_SORTS)]
ORDER_SORTS = [*filters.ORDER_SORTS, *(f"-{name}" for name in filters.ORDER_SORTS)]
NARROWED = [
    *({"destination": name} for name in filters.DESTINATIONS),
    *({"carrier": name} for name in ("postnl", "dhlforyou", "ups")),
    *({"period": name} for name in filters.PERIODS),
    {"destination": "be", "carrier": "dhlforyou"},
    {"destination": "world", "carrier": "dpd", "period": "month"},
]
# A search by itself, and where a tab has little to do with it.
SEARCHED_TABS = ("all", "delivered", "drafts")
SEARCHES = (
    RARE_NAME, COMMON_TOWN, "esdoorn", "3SACME100150002", "3SNONE100150002", f"bade {COMMON_TOWN}", "W250000",
    "kb", "7", "x y", "utrecht dorpsstraat",
)  # fmt: skip
CURSORS = ("", "after", "before")
# Of a sweep, statements that differ in their values only.
STEPS = 4
# `script/plans` tries every combination; a run of all tests has each value of each, in turns.
TURNS = 1 if os.environ.get("PLANS") == "all" else 4


def in_turns(values: Sequence[T], turn: int) -> Sequence[T]:
    """A part of them: other ones in the next turn, and each in one of ``TURNS``."""
    return values[turn % TURNS :: TURNS]


def paired(first: Sequence[str], second: Sequence[str], turn: int) -> list[tuple[str, str]]:
    """Each of the longer one with one of the other, another one in the next turn; or all pairs."""
    if TURNS == 1:
        return list(product(first, second))
    number = max(len(first), len(second))
    return [(first[place % len(first)], second[(place + turn) % len(second)]) for place in range(number)]


@pytest.fixture(scope="module")
def history(django_db_setup: None, django_db_blocker: Any) -> Iterator[History]:
    with django_db_blocker.unblock(), own_database("plans"):
        yield seed_history(SHIPMENTS)


# The statements of all these tests.
EXPLAINED: set[str] = set()


@pytest.fixture
def plans(history: History, django_db_blocker: Any, files_dir: Path) -> Iterator[Plans]:
    """Whatever is written is rolled back. Fails when a statement did more than it may."""
    (files_dir / f"upload-{history.shop.public_id}-x.csv").touch()
    with django_db_blocker.unblock(), transaction.atomic():
        plans = Plans(BOUNDS, seen=EXPLAINED)
        yield plans
        transaction.set_rollback(True)
    assert not plans.problems, "\n".join([f"{len(plans.problems)} of {plans.statements} statements:", *plans.problems])


@pytest.fixture
def merchant(history: History, plans: Plans, client_for: Any) -> Client:
    browser: Client = client_for(history.owner)
    return browser


def named(history: History) -> dict[str, object]:
    """What an address may name: things of the large shop."""
    shop = history.shop
    return {
        "shop": shop.public_id,
        "member": shop.memberships.get().public_id,
        "invitation": make_invitation(shop).public_id,
        "rule": make_rule(shop).public_id,
        "connection": history.connection.public_id,
        "job": Job.objects.filter(shop=shop, kind="labels").latest("pk").public_id,
        "shipment": history.rare.public_id,
        "order": history.rare.order.public_id,
        "export": ShopExport.objects.create(shop=shop).public_id,
        "pk": UnreadableOrder.objects.create(shop=shop, connection=history.connection, external_id="x", reason="y").pk,
    }


def path_to(route: str, name: str, things: dict[str, object]) -> str:
    path = re.sub(r"<uuid:\w+>", lambda _found: str(things[kind_of(name)]), "/" + route)
    path = path.replace("<int:pk>", str(things["pk"])).replace("<slug:gateway>", "acmepost")
    path = re.sub(r"<(\w+):\w+>", lambda found: KINDS[found[1]], path)
    return re.sub(r"\(\?P<\w+>[^()]*\)|[\^$]", "x", path).replace("\\", "")


@pytest.mark.parametrize(("route", "name"), ADDRESSES, ids=[f"{name} {route}" for route, name in ADDRESSES])
def test_a_page_reads_what_it_shows(history, plans, merchant, route, name):
    path = path_to(route, name, named(history))
    assert "<" not in path
    with plans:
        assert merchant.get(path).status_code != 500


@pytest.fixture
def look(history: History, plans: Plans, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Open a list without drawing it; a cursor is a row in the middle of history."""

    def drawn(_request: Any, _template: str, facts: dict[str, Any]) -> HttpResponse:
        listing = facts["listing"]
        assert len(listing.rows) <= listing.size
        return HttpResponse()

    def look(view: Any, query: dict[str, str], cursor: str = "") -> None:
        middle = history.rare if view is shipment_list.shipment_list else history.rare.order
        request = RequestFactory().get("/", query | ({cursor: str(middle.public_id)} if cursor else {}))
        request.user, request.shop, request.htmx = history.owner, history.shop, False
        with plans:
            assert view(request).status_code == 200

    monkeypatch.setattr(shipment_list, "render", drawn)
    monkeypatch.setattr(import_orders, "render", drawn)
    return look


@pytest.mark.parametrize("tab", filters.TABS)
def test_each_tab_in_each_order_costs_a_page(look, tab):
    for sort, cursor in paired(SORTS, CURSORS, filters.TABS.index(tab)):
        look(shipment_list.shipment_list, {"tab": tab, "sort": sort}, cursor)


@pytest.mark.parametrize("tab", filters.TABS)
def test_each_filter_of_a_tab_costs_a_page(look, tab):
    for narrowed in in_turns(NARROWED, filters.TABS.index(tab)):
        look(shipment_list.shipment_list, {"tab": tab} | narrowed)


@pytest.mark.parametrize(
    "narrowed",
    [{"delivered": "today"}, {"missing": "1"}, {"unscanned": "3"}, *({"kind": kind} for kind in ATTENTION_KINDS)],
    ids=str,
)
def test_what_a_number_counted_costs_a_page(look, narrowed):
    tab = {"delivered": "delivered", "missing": "drafts", "unscanned": "printed"}.get(next(iter(narrowed)), "attention")
    look(shipment_list.shipment_list, {"tab": tab} | narrowed)


def test_what_an_import_made_costs_a_page(look, history):
    look(shipment_list.shipment_list, {"tab": "all", "job": str(history.shop.jobs.latest("pk").public_id)})


@pytest.mark.parametrize("typed", SEARCHES)
def test_a_search_in_the_list_costs_a_page(look, typed):
    turn = SEARCHES.index(typed)
    for tab, cursor in paired(SEARCHED_TABS, CURSORS, turn):
        look(shipment_list.shipment_list, {"tab": tab, "q": typed}, cursor)
    for narrowed in in_turns(NARROWED, turn):
        look(shipment_list.shipment_list, {"q": typed} | narrowed)


@pytest.mark.parametrize("turn", range(len(SEARCHES) + 1))
def test_the_import_page_costs_a_page(look, turn):
    typed = ("", *SEARCHES)[turn]
    for also, cursor in paired(("", "include_imported=1", "destination=be"), CURSORS, turn):
        look(import_orders.import_orders, {"q": typed} | QueryDict(also).dict(), cursor)


@pytest.mark.parametrize("sort", ORDER_SORTS)
def test_the_import_page_in_each_order_costs_a_page(look, sort):
    for cursor in CURSORS:
        look(import_orders.import_orders, {"sort": sort}, cursor)


@pytest.mark.parametrize("typed", SEARCHES)
def test_the_search_window_and_the_scanner_read_what_they_show(history, plans, merchant, typed):
    jobs = Job.objects.filter(shop=history.shop, kind="labels").values_list("public_id", flat=True)[:40]
    asked = {"job": [*jobs]}
    with plans:
        merchant.get("/zoeken/", {"q": typed}, headers={"HX-Request": "true"})
        merchant.get("/zoeken/", {"q": typed})
        merchant.post("/zoeken/scan/code/", {"code": typed, "key": "k"})
        merchant.get("/zoeken/scan/stand/", asked)


# By the trigram index; by the walk, because so many are like it, or because it is too short; by number.
PERSONS = {
    "rare": {"name": RARE_NAME}, "address": {"email": f"{RARE_NAME}@example.com"}, "common": {"name": COMMON_TOWN},
    "short": {"name": "Bo"}, "number": {"number": "150002"},
}  # fmt: skip


@pytest.mark.parametrize("person", PERSONS)
def test_finding_a_person_reads_those_of_the_same_words_or_walks(history, plans, person):
    plans.of_each = STEPS
    with plans:
        found = find_person(history.shop, PersonQuery(**PERSONS[person]), limit=50)
    assert len(found.orders) == (person in {"rare", "number"})


@pytest.mark.parametrize("person", ["rare", "short", "number"])
def test_erasing_a_person_reads_each_row_once(history, plans, monkeypatch, person):
    """Nobody is erased: what that does with a row is by its key."""
    found: list[int] = []
    monkeypatch.setattr(ErasureRun, "_erase_found", lambda _run, own: found.extend(map(len, own.values())))
    row = PersonErasure.objects.create(shop=history.shop, lease_token=uuid4())
    plans.of_each = STEPS
    with plans:
        run = ErasureRun(row, "", PersonQuery(**PERSONS[person]), frozenset({"quirijnszoon"}))
        for _step in run.steps():
            pass
    walked = run.looked_through.get("orders", 0) + run.looked_through.get("shipments", 0) + sum(found)
    assert walked == (1 if person == "number" else ORDERS_OF_THE_LARGE + SHIPMENTS_OF_THE_LARGE)
    assert sum(found) == {"rare": 2, "number": 1}.get(person, 0)


@pytest.mark.parametrize("name", [*PERIODIC_TASKS, *EVERY_MINUTE, *DAILY])
def test_a_sweep_reads_what_is_due(plans, name):
    """A sweep that goes through all rows in steps is looked at in its first ones."""
    current_app.loader.import_default_modules()
    plans.of_each = STEPS
    with plans:
        current_app.tasks[name]()


def test_a_night_s_tidying_reads_what_is_over(history, plans, monkeypatch):
    """The first batch of every step; what it does with a row is by its key."""
    retention = Retention.objects.create(shop=history.shop)
    monkeypatch.setattr(tidy, "erase_shipments", lambda *_rows, **_options: 0)
    monkeypatch.setattr(tidy.orders_erasure, "empty_orders", lambda *_rows, **_options: 0)
    plans.of_each = STEPS
    with plans:
        for _title, step in tidy.STEPS.values():
            next(step(retention), None)


ADMINS = [model for model in admin.site._registry if model._meta.app_label in OUR_APPS]


@pytest.mark.parametrize("model", ADMINS, ids=lambda model: model._meta.label)
def test_an_admin_page_reads_what_it_shows(history, plans, client_for, model):
    """Its list, each of its filters, a search, and the form of one row."""
    staff = make_user(is_staff=True, is_superuser=True)
    browser, page = client_for(staff), admin.site.get_model_admin(model)
    path = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    request = RequestFactory().get("/")
    request.user = staff
    row = model._base_manager.order_by("-pk").first()
    with plans:
        browser.get(reverse(f"{path}_changelist"))
        if row is not None:
            browser.get(reverse(f"{path}_change", args=[row.pk]))
        queries = [choice["query_string"] for choice in _choices(page.get_changelist_instance(request))]
        if page.get_search_fields(request):
            queries += [f"?q={typed}" for typed in in_turns(SEARCHES, ADMINS.index(model))]
        for query in queries:
            request = RequestFactory().get("/" + query)
            request.user = staff
            list(page.get_changelist_instance(request).result_list)


def _choices(changes: Any) -> list[dict[str, Any]]:
    return [choice for spec in changes.filter_specs for choice in spec.choices(changes)]

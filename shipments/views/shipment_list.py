"""The shipments list. Tabs, filters, sorting, page and selection are query parameters."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from carriers.choices import CARRIER_NAMES, CARRIERS, OPTIONS
from integrations.services import fulfillments
from jobs.models import Job
from lib.bounded_count import MAX_COUNTED, count_at_most
from lib.text import clean_text
from shipments.models import JobItem
from shipments.presentation.attention_rows import ATTENTION_COLUMNS, KIND_NAMES, attention_groups
from shipments.presentation.onboarding import onboarding_steps
from shipments.queries import filters
from shipments.queries.counts import count_tabs, shipment_numbers, waiting_by_connection
from shipments.queries.first_found import LONG_WALK
from shipments.queries.handover import UNSCANNED_DAYS, narrow_unscanned
from shipments.services.labels.needs import NEED_CODES
from shops.models import Shop
from shops.tenancy import ShopRequest
from ui.redirects import referring_path, safe_path

TAB_NAMES = {
    "all": gettext_lazy("All"),
    "drafts": gettext_lazy("Drafts"),
    "tests": gettext_lazy("Test labels"),
    "to_print": gettext_lazy("To print"),
    "printed": gettext_lazy("Printed"),
    "in_transit": gettext_lazy("In transit"),
    "delivered": gettext_lazy("Delivered"),
    "attention": gettext_lazy("Attention"),
}
DESTINATION_NAMES = {
    "nl": gettext_lazy("Netherlands"),
    "be": gettext_lazy("Belgium"),
    "eu": gettext_lazy("Rest of EU"),
    "world": gettext_lazy("Rest of world"),
}
PERIOD_NAMES = {
    "today": gettext_lazy("Today"),
    "week": gettext_lazy("Last 7 days"),
    "month": gettext_lazy("Last 30 days"),
}
# What a counted link narrows the list to; the list names it and has no field for it.
COUNTED_FIELDS = ("job", "kind", "missing", "delivered", "unscanned")
NARROWING_FIELDS = ("q", "carrier", "destination", "period", *COUNTED_FIELDS)
COUNTED_NAMES = {
    "job": gettext_lazy("From one import"),
    "missing": gettext_lazy("Missing data"),
    "delivered": gettext_lazy("Delivered today"),
    "unscanned": gettext_lazy("Printed, not scanned"),
}
# The parameters that a saved filter stores.
FILTER_FIELDS = ("tab", *NARROWING_FIELDS, "sort", "page_size")


@dataclass(frozen=True, slots=True)
class Selection:
    """The shipments selected in a form, and the hidden fields that repeat the selection.

    ``whole_tab`` is set when they are all of a tab, which the counters know.
    """

    shipments: Any
    fields: tuple[tuple[str, str], ...]
    whole_tab: tuple[Shop, str] | None = None

    @property
    def count(self) -> int:
        if self.whole_tab is not None:
            shop, tab = self.whole_tab
            return count_tabs(shop)[tab]
        number: int = self.shipments.count()
        return number


@require_GET
def shipment_list(request: ShopRequest) -> HttpResponse:
    query = request.GET
    found = filters.narrow_shipments(request.shop.shipments.all(), query)
    tab = str(query["tab"]) if query.get("tab") in filters.TABS else "all"
    numbers = shipment_numbers(request.shop)
    counts = numbers.tabs
    active = request.shop.connections.active().exists()
    narrowed = {key: str(query[key]) for key in NARROWING_FIELDS if query.get(key)}
    shown = filters.filter_tab(found, tab)
    is_attention = tab == "attention"
    columns = ATTENTION_COLUMNS if is_attention else ()
    page = filters.listing(
        shown.for_overview(*columns), query, filters.SHIPMENT_SORTS, among=request.shop.shipments.all()
    )
    total, more = filters.count_matches(shown, page, query) if narrowed else (counts[tab], "")
    facts = {
        "listing": page,
        "looked_through": LONG_WALK,
        "tab": tab,
        # The counters are of the whole shop; a filter has none.
        "tabs": [
            (key, name, None if narrowed else counts[key])
            for key, name in TAB_NAMES.items()
            if _is_shown(key, tab, counts)
        ],
        "has_tests": _is_shown("tests", tab, counts),
        "real_key": uuid.uuid4().hex,
        "all_matching": [("all_matching", matching_query(query))],
        "total": total,
        # Behind the total when there are more.
        "more": more,
        "every": query.get("select") == "all",
        "filters": narrowed,
        "counted": {key: value for key, value in narrowed.items() if key in COUNTED_FIELDS},
        "narrowed_to": _narrowed_to(narrowed),
        "carriers": CARRIERS | {key: CARRIER_NAMES[key] for key in request.shop.capabilities.carriers()},
        "destinations": DESTINATION_NAMES,
        "periods": PERIOD_NAMES,
        "options": OPTIONS,
        "can_import": active,
        "open_orders": count_open_orders(request) if active else 0,
        "unfiltered": "?" + urlencode({key: query[key] for key in ("tab", "sort", "page_size") if query.get(key)}),
        "matching": matching_query(query),
        "saved": request.shop.savedfilters.filter(user=request.user.pk),
        "is_small": "page_size" not in query,
    }
    if is_attention:
        known = numbers.kinds if not narrowed.keys() - {"kind"} else None
        facts["groups"] = attention_groups(page.rows, known, is_selected=facts["every"] is True)
    if tab == "printed" and not narrowed:
        waiting = count_at_most(narrow_unscanned(request.shop.shipments.printed(), UNSCANNED_DAYS))
        beyond = "+" if waiting > MAX_COUNTED else ""
        facts |= {"unscanned": min(waiting, MAX_COUNTED), "unscanned_more": beyond, "unscanned_days": UNSCANNED_DAYS}
    if counts["all"] == 0 and not narrowed:
        facts |= _first_time(request, connected=active)
    return render(request, "shipments/list.html", facts)


def _narrowed_to(narrowed: dict[str, str]) -> Sequence[Promise]:
    """What the counted links in this address say, for the page to name."""
    names = [COUNTED_NAMES[key] for key in narrowed if key in COUNTED_NAMES]
    return names + ([KIND_NAMES[narrowed["kind"]]] if narrowed.get("kind") in KIND_NAMES else [])


def _is_shown(key: str, current: str, counts: dict[str, int]) -> bool:
    """Most shops never see a test label again once they have their key."""
    return key != "tests" or key == current or counts[key] > 0


def _first_time(request: ShopRequest, *, connected: bool) -> dict[str, object]:
    steps = onboarding_steps(request.shop, connected=connected)
    return {"first_time": True, "steps": steps, "next_step": next((step for step in steps if not step.done), None)}


def matching_query(query: QueryDict) -> str:
    """The current filter as a query string, to select all matching shipments on every page."""
    kept = QueryDict(mutable=True)
    for name in FILTER_FIELDS:
        if query.get(name):
            kept[name] = str(query[name])
    text: str = kept.urlencode()
    return text or "tab=all"


def count_open_orders(request: ShopRequest) -> int:
    return sum(waiting_by_connection(request.shop).values())


def selected_shipments(request: ShopRequest, data: QueryDict) -> Any:
    return parse_selection(request, data).shipments


def parse_selection(request: ShopRequest, data: QueryDict) -> Selection:
    """Like ``selected_shipments``, with the hidden fields for the next form."""
    if data.get("all_matching"):
        query = QueryDict(str(data["all_matching"]))
        found = filters.filter_shipments(request.shop.shipments.all(), query)
        tab = str(query["tab"]) if query.get("tab") in filters.TABS else "all"
        rows = filters.filter_tab(found, tab).order_by("-listed_at", "-pk")
        is_whole = not any(query.get(name) for name in NARROWING_FIELDS)
        return Selection(
            rows, (("all_matching", str(data["all_matching"])),), (request.shop, tab) if is_whole else None
        )
    if data.get("failed_of"):
        return _failed_of(request, str(data["failed_of"]))
    ids = filters.parse_uuids(data.getlist("shipment"))
    rows = request.shop.shipments.filter(public_id__in=ids).order_by("-listed_at", "-pk")
    return Selection(rows, tuple(("shipment", str(public_id)) for public_id in ids))


def _failed_of(request: ShopRequest, job: str) -> Selection:
    """The shipments that got no label in this job because of what the shop still needed."""
    jobs = request.shop.jobs.filter(public_id__in=filters.parse_uuids([job]))
    failed = jobs.filter(items__state=JobItem.State.FAILED, items__code__in=NEED_CODES).values("items__shipment")
    rows = request.shop.shipments.filter(pk__in=failed).order_by("-listed_at", "-pk")
    return Selection(rows, (("failed_of", job),))


def redirect_back(request: ShopRequest, otherwise: str = "shipments:list") -> HttpResponse:
    """To ``next`` when it is a path of this site. Dialog requests get a full page load."""
    address = resolve_url(safe_path_or(request, request.POST.get("next", ""), otherwise))
    return HttpResponseClientRedirect(address) if is_dialog_request(request) else redirect(address)


def safe_path_or(request: ShopRequest, address: str, otherwise: str) -> str:
    return safe_path(request, address) or otherwise


def is_dialog_request(request: ShopRequest) -> bool:
    """Whether htmx requests only the content of the dialog."""
    return bool(request.htmx) and request.headers.get("HX-Target") == "dialog"


@require_GET
def row_menu(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse:
    """What a row's menu does leads back to the list that it was opened in."""
    shipment = get_object_or_404(request.shop.shipments.for_rows(), public_id=public_id)
    opened_in = request.htmx.current_url_abs_path if request.htmx else referring_path(request, "")
    facts = {"shipment": shipment, "back": safe_path_or(request, opened_in or "", reverse("shipments:list"))}
    return render(request, "shipments/_row_menu.html" if request.htmx else "shipments/row_menu.html", facts)


@require_POST
def retry_pushes(request: ShopRequest) -> HttpResponse:
    failed = selected_shipments(request, request.POST)
    queued = fulfillments.retry_failed(request.shop.fulfillments.filter(shipment__in=failed))
    if queued:
        message = ngettext("%(n)d shipment is in the queue.", "%(n)d shipments are in the queue.", queued)
        messages.success(request, message % {"n": queued})
    else:
        messages.info(request, _("Nothing to update again: none of these failed."))
    return redirect_back(request)


@require_POST
def save_filter(request: ShopRequest) -> HttpResponse:
    """Replaces a filter of this person with the same name."""
    name = clean_text(" ".join(request.POST.get("name", "").split()), 40)[0]
    query = matching_query(QueryDict(request.POST.get("filter", "")))
    if not name:
        messages.error(request, _("Enter a name for the filter."))
        return redirect(f"{reverse('shipments:list')}?{query}")
    request.shop.savedfilters.update_or_create(user=request.user, name=name, defaults={"query": query[:1000]})
    messages.success(request, _("Filter “%(name)s” saved.") % {"name": name})
    return redirect(f"{reverse('shipments:list')}?{query}")


@require_POST
def remove_filter(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse:
    saved_filter = get_object_or_404(request.shop.savedfilters.filter(user=request.user.pk), public_id=public_id)
    saved_filter.delete()
    messages.success(request, _("Filter “%(name)s” removed.") % {"name": saved_filter.name})
    return redirect("shipments:list")


def latest_job(request: ShopRequest, kind: str) -> Job | None:
    """The running job, or the newest result that was not dismissed."""
    return request.shop.jobs.to_display(kind).defer("payload").select_related("started_by").first()

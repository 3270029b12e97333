"""Shop settings, shipments: the shelf of each article, typed one by one or pasted as a list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lib.text import clean_text
from shipments.queries.shelves import MAX_ARTICLES, find_articles
from shipments.services.shelves import (
    MAX_SHELF,
    MAX_SHELVES,
    MAX_SKU,
    TooManyShelves,
    clean_shelf,
    read_pasted,
    save_shelves,
)
from shops.permissions import ShopPermission, check_permission
from shops.tenancy import ShopRequest

MAX_NAMED_LINES = 10
MAX_TYPED = 100


@require_http_methods(["GET", "HEAD", "POST"])
def article_shelves(request: ShopRequest) -> HttpResponse:
    """A shelf is kept or, when its field is emptied, forgotten. A pasted list is kept whole or not at all."""
    error, typed, pasted = "", {}, request.POST.get("pasted", "")
    if request.method == "POST":
        check_permission(request, ShopPermission.MANAGE_SETTINGS)
        typed = dict(zip(request.POST.getlist("sku"), request.POST.getlist("shelf"), strict=False))
        error = _keep_pasted(request, pasted) if "pasted" in request.POST else _keep_typed(request, typed)
        if not error:
            return redirect("shipments:article_shelves")
    search = clean_text(request.GET.get("q", ""), MAX_TYPED)[0]
    articles = find_articles(request.shop, search)
    context = {
        "rows": [(article, typed.get(article.sku, article.shelf)) for article in articles],
        "search": search,
        "error": error,
        "pasted": pasted,
        "most": MAX_ARTICLES,
        "is_cut": len(articles) == MAX_ARTICLES,
        "max_shelf": MAX_SHELF,
        "may_change": ShopPermission.MANAGE_SETTINGS in request.membership.permissions,
    }
    return render(request, "shipments/article_shelves.html", context, status=422 if error else 200)


def _keep_typed(request: ShopRequest, typed: dict[str, str]) -> str:
    """Returns what was wrong, or nothing."""
    by_sku = {
        sku: clean_shelf(shelf) for sku, shelf in typed.items() if sku and clean_text(sku, MAX_SKU) == (sku, False)
    }
    if any(is_long for _shelf, is_long in by_sku.values()):
        return _("A shelf has at most %(most)d characters.") % {"most": MAX_SHELF}
    return _save(request, {sku: shelf for sku, (shelf, _is_long) in by_sku.items()}, _("Shelves saved."))


def _keep_pasted(request: ShopRequest, pasted: str) -> str:
    found = read_pasted(pasted)
    if found.wrong_lines:
        named = ", ".join(str(number) for number in found.wrong_lines[:MAX_NAMED_LINES])
        message = ngettext(
            "Nothing was saved. Line %(lines)s is not an SKU and a shelf with a semicolon between them.",
            "Nothing was saved. Lines %(lines)s are not an SKU and a shelf with a semicolon between them.",
            len(found.wrong_lines),
        )
        return message % {"lines": named + ("…" if len(found.wrong_lines) > MAX_NAMED_LINES else "")}
    if not found.by_sku:
        return _("Paste at least one line with an SKU and a shelf.")
    number = len(found.by_sku)
    message = ngettext("%(n)d article read from your list.", "%(n)d articles read from your list.", number)
    return _save(request, found.by_sku, message % {"n": number})


def _save(request: ShopRequest, by_sku: dict[str, str], done: str) -> str:
    try:
        save_shelves(request.shop, by_sku)
    except TooManyShelves:
        return _("Nothing was saved: a shop has at most %(most)d shelves.") % {"most": MAX_SHELVES}
    messages.success(request, done)
    return ""

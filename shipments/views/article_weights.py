"""Shop settings, shipments: the weights of articles of which the webshop gives none."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.text import parse_int
from shipments.queries.weightless_articles import find_weightless_articles
from shipments.services.drafts.remembered_customs import remember_weights
from shops.permissions import ShopPermission, check_permission
from shops.tenancy import ShopRequest

MAX_GRAMS = 30_000


@require_http_methods(["GET", "HEAD", "POST"])
def article_weights(request: ShopRequest) -> HttpResponse:
    """Each weight is kept or, when it is emptied, forgotten. Applies to every import from now on."""
    articles = find_weightless_articles(request.shop)
    typed: dict[str, str] = {}
    if request.method == "POST":
        check_permission(request, ShopPermission.MANAGE_SETTINGS)
        grams = [value.strip() for value in request.POST.getlist("grams")]
        typed = dict(zip(request.POST.getlist("sku"), grams, strict=False))
        if all(_is_weight(grams) for grams in typed.values()):
            known = {article.sku for article in articles}
            remember_weights(request.shop.pk, {sku: parse_int(grams) for sku, grams in typed.items() if sku in known})
            messages.success(request, _("Weights saved. They apply to every import from now on."))
            return redirect("shipments:article_weights")
    rows = [(article, typed.get(article.sku, article.grams or "")) for article in articles]
    context = {
        "rows": [(article, grams, not _is_weight(str(grams))) for article, grams in rows],
        "most": MAX_GRAMS,
        "invalid": bool(typed),
        "may_change": ShopPermission.MANAGE_SETTINGS in request.membership.permissions,
    }
    return render(request, "shipments/article_weights.html", context, status=422 if typed else 200)


def _is_weight(typed: str) -> bool:
    """Empty means that nothing is remembered."""
    grams = parse_int(typed)
    return not typed or (grams is not None and 1 <= grams <= MAX_GRAMS)

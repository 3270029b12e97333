"""Account > Shopinstellingen > Bewaartermijnen: for how long what is kept, and what went last night."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from privacy.forms import RetentionForm
from privacy.services.retention import save_retention
from privacy.services.tidy import STEPS
from shops.periods import BOOK_YEARS
from shops.permissions import ShopPermission, check_permission
from shops.retention import Retention, get_retention
from shops.tenancy import ShopRequest


@require_http_methods(["GET", "HEAD", "POST"])
def retention_settings(request: ShopRequest) -> HttpResponse:
    current = get_retention(request.shop)
    if request.method != "POST":
        return render(request, "privacy/retention.html", _context(current, RetentionForm(instance=current)))
    check_permission(request, ShopPermission.MANAGE_SETTINGS)
    form = RetentionForm(request.POST)
    if not form.is_valid():
        return render(request, "privacy/retention.html", _context(current, form), status=422)
    save_retention(request.shop, form.cleaned_data, by=request.user)
    messages.success(request, _("Retention periods saved. They apply from the next night on."))
    return redirect("privacy:retention")


def _context(current: Retention, form: RetentionForm) -> dict[str, object]:
    figures = [(title, current.figures.get(name, 0)) for name, (title, _step) in STEPS.items()]
    return {"form": form, "current": current, "figures": figures, "book_years": BOOK_YEARS}

"""What the parcel in the editor would cost with each carrier."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from carriers.choices import CARRIER_NAMES
from carriers.fallback import resolve_choice
from carriers.gateways.base import PriceQuestion
from shipments.forms.draft import DraftForm
from shops.services.prices import find_prices
from shops.tenancy import ShopRequest


@require_POST
def parcel_prices(request: ShopRequest) -> HttpResponse:
    """A part of the editor, from its unsaved form; empty when no price is known. Saves nothing."""
    form = DraftForm(request.POST)
    prices = find_prices(request.shop, _questions(request, form))
    chosen = form.choice().carrier
    rows = [(key == chosen, CARRIER_NAMES[key], price) for key, price in prices.items()]
    return render(request, "shipments/_prices.html", {"rows": rows})


def _questions(request: ShopRequest, form: DraftForm) -> dict[str, PriceQuestion]:
    """By carrier: the parcel as it would be sent with that one. Without a country there is nothing to ask."""
    destination, capabilities = form.destination(), request.shop.capabilities
    if not destination.country:
        return {}
    questions = {}
    for carrier in capabilities.carriers():
        choice = resolve_choice(replace(form.choice(), carrier=carrier), destination, capabilities).choice
        if choice.carrier == carrier and not capabilities.validate_parcel(choice, destination, form.grams()):
            questions[carrier] = PriceQuestion(choice, destination, form.grams())
    return questions

"""Shop settings, shipments: a dry run of the shipping rules."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shipments.services.imports.rule_trial import DAYS, MAX_ORDERS, try_rules
from shops.tenancy import ShopRequest


@require_safe
def try_shipping_rules(request: ShopRequest) -> HttpResponse:
    page = {"trial": try_rules(request.shop), "days": DAYS, "most": MAX_ORDERS}
    return render(request, "shipments/try_shipping_rules.html", page)

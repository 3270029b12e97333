"""The diagnosis of an order that is missing on the import page."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from integrations.orders import ONLY_ON_REQUEST
from shipments.services.imports import diagnosis
from shipments.services.imports.order_import import start_import
from shops.services.preferences import get_preferences
from shops.tenancy import ShopRequest


@require_POST
def diagnose_order(request: ShopRequest, public_id: str) -> HttpResponse:
    """Queries the platform; imports nothing."""
    connection = get_object_or_404(request.shop.connections, public_id=public_id)
    number = diagnosis.parse_order_number(request.POST.get("order_number", ""))
    if not number:
        message = _("Enter the order number as shown in {platform}.")
        messages.error(request, message.format(platform=connection.platform_name))
    facts = {
        "connection": connection,
        "number": number,
        "diagnoses": diagnosis.diagnose_order(connection, number, get_preferences(request.shop)) if number else [],
        "key": uuid.uuid4().hex,
    }
    return render(request, "shipments/diagnosis.html", facts)


@require_POST
def import_anyway(request: ShopRequest, public_id: str) -> HttpResponse:
    importable = ["open", *(eligibility.value for eligibility in ONLY_ON_REQUEST)]
    orders = request.shop.externalorders.filter(public_id=public_id)
    order = get_object_or_404(orders)
    if order.eligibility not in importable:
        messages.error(request, _("This order was changed in the meantime. Check again why it is not listed."))
        return redirect("shipments:import")
    key = f"{order.public_id.hex}{request.POST.get('key', '')}"[:64]
    job = start_import(request.shop, request.user, orders=orders, key=key, on_request=True)
    return redirect("shipments:job", public_id=job.public_id)

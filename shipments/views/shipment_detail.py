"""The detail page of a shipment."""

import uuid

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carriers.choices import OPTIONS
from carriers.gateways import gateway_display_name
from integrations.providers import get_provider
from integrations.services import fulfillments
from integrations.services.platform_links import order_link
from shipments.models import Shipment
from shipments.presentation import timeline
from shipments.presentation.buyer_mail import buyer_mail
from shipments.presentation.troubles import troubles_of
from shipments.services.drafts.create import duplicate
from shipments.services.imports.notes import RULE
from shipments.services.labels.change_address import can_change_address
from shops.permissions import ShopPermission
from shops.tenancy import ShopRequest
from ui.redirects import safe_path


@require_GET
def shipment_detail(request: ShopRequest, public_id: str) -> HttpResponse:
    """Drafts redirect to the editor."""
    rows = request.shop.shipments.for_rows().select_related("shop", "parent")
    shipment = get_object_or_404(rows, public_id=public_id)
    if shipment.is_draft:
        return redirect("shipments:edit", public_id=public_id)
    events = list(shipment.events.select_related("actor"))
    platform = shipment.order.connection.platform if shipment.order else ""
    facts = {
        "shipment": shipment,
        "route": timeline.route(shipment, events),
        "days": timeline.carrier_days(events),
        "log": timeline.activity_log(shipment, events),
        "failure_kinds": timeline.FAILURE_KINDS,
        "chosen": [name for key, name in OPTIONS.items() if getattr(shipment, key)],
        "rule_notes": [note for note in shipment.notes if note["field"] == RULE],
        "customs": shipment.customs_items.all(),
        "only_this": [("shipment", str(shipment.public_id))],
        "real_key": uuid.uuid4().hex,
        "gateway_name": gateway_display_name(shipment.gateway),
        "family": _related_parcels(shipment),
        "buyer_mail": buyer_mail(shipment),
        "mail_setting": get_provider(platform).messages.buyer_mail if platform else "",
        "troubles": troubles_of(shipment, request.shop),
        "shop_link": order_link(shipment.order) if shipment.order else "",
        "may_change_address": can_change_address(shipment)
        and ShopPermission.MANAGE_SHIPMENTS in request.membership.permissions,
    }
    return render(request, "shipments/detail.html", facts)


def _related_parcels(shipment: Shipment) -> list[Shipment]:
    related = Q(parent=shipment) | Q(pk=shipment.parent_id)
    if shipment.order_id:
        related |= Q(order=shipment.order_id)
    return list(shipment.shop.shipments.filter(related).exclude(pk=shipment.pk).order_by("parcel_number", "pk"))


@require_POST
def retry_push(request: ShopRequest, public_id: str) -> HttpResponse:
    shipment = get_object_or_404(request.shop.shipments.for_rows(), public_id=public_id)
    if fulfillments.retry_failed(request.shop.fulfillments.filter(shipment=shipment)):
        messages.success(request, _("#%(order)s is in the queue.") % {"order": shipment.reference})
    else:
        messages.error(
            request, _("Nothing to retry: the webshop is already up to date, or the connection is not active.")
        )
    back = safe_path(request, request.POST.get("next", ""))
    return redirect(back) if back else redirect("shipments:detail", public_id=public_id)


@require_POST
def duplicate_shipment(request: ShopRequest, public_id: str) -> HttpResponse:
    shipment = get_object_or_404(request.shop.shipments, public_id=public_id)
    draft = duplicate(shipment, by=request.user)
    messages.success(request, _("Draft created with the same recipient and parcel. Check it and create the label."))
    return redirect("shipments:edit", public_id=draft.public_id)

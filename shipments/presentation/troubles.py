"""What stands in the way of a shop or an order at others: a site that does not answer, a key that is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.gateways import gateway_display_name
from integrations.models import Connection
from shipments.models import Shipment
from shipments.presentation.attention_list import AttentionItem
from shipments.states import TERMINAL
from shops.models import GatewayAccount, Shop


@dataclass(frozen=True, slots=True)
class Trouble:
    """``next_at`` is None when nothing is planned, or any moment now. ``code`` is what support asks for."""

    who: Promise | str
    message: str
    since: datetime | None
    next_at: datetime | None
    url: str
    code: str


def connection_trouble(connection: Connection) -> Trouble | None:
    if not connection.last_error_message:
        return None
    page = reverse("integrations:platform", args=[connection.platform])
    return Trouble(
        connection.platform_name,
        connection.last_error_message,
        connection.failing_since,
        connection.next_try,
        page,
        connection.reference_code,
    )


def gateway_trouble(shop: Shop) -> Trouble | None:
    """Reads ``gateway_account``."""
    account: GatewayAccount | None = getattr(shop, "gateway_account", None)
    if account is None or not account.last_error_message:
        return None
    return Trouble(
        gateway_display_name(account.gateway),
        account.last_error_message,
        account.failing_since,
        account.next_check_at,
        reverse("shops:general"),
        account.reference_code,
    )


def troubles_of(shipment: Shipment, shop: Shop) -> list[Trouble]:
    """Those that this shipment of the shop may notice: none once it has arrived and its webshop knows."""
    found = []
    order, fulfillment = shipment.order, shipment.fulfillment
    is_told = fulfillment is not None and not fulfillment.is_waiting and not fulfillment.has_failed
    if order is not None and not is_told:
        found.append(connection_trouble(order.connection))
    if shipment.status not in TERMINAL:
        found.append(gateway_trouble(shop))
    return [trouble for trouble in found if trouble is not None]


def trouble_items(shop: Shop, connections: Iterable[Connection]) -> list[AttentionItem]:
    """For the dashboard, of what still works in part; sites that do not are in ``attention_list.connection_items``."""
    found = [connection_trouble(site) for site in connections if site.is_active]
    return [_item(trouble) for trouble in [*found, gateway_trouble(shop)] if trouble is not None]


def _item(trouble: Trouble) -> AttentionItem:
    title = format_lazy(_("Trouble with {who}"), who=trouble.who)
    return AttentionItem(title, trouble.message, trouble.url, _("View"), "alert", "bad")

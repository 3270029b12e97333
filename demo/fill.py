"""Demo accounts, filled through the services that the pages call."""

import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from demo.history.rows import fill_history
from integrations.messages import rejection_message
from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.services import connections, fulfillments, sync
from jobs import runner
from lib.stored_messages import in_all_languages
from shipments.models import Shipment, ShipmentEvent
from shipments.services.drafts.edit import edit_draft
from shipments.services.imports import order_import
from shipments.services.labels import register
from shipments.states import ShipmentStatus
from shops.models import Membership, PackagePreferences, Role, Shop
from shops.services import gateway_accounts
from tracking import poll

NEW_SHOP, BUSY_SHOP = "Atelier Voorbeeld", "Studio Tweede"
PLATFORM = "wix"
# Orders of the busy shop that stay open, so that the import page is not empty.
LEFT_OPEN = 6
LEFT_AS_DRAFT = 5
# The last MyParcel status of each parcel; 0 is printed and not scanned yet.
ON_THE_ROAD = (0, 4, 5, 8, 7, 10, 19, 6)
HANDED_OVER = 3


class SandboxUnavailable(Exception):
    """No local sandbox to connect the busy shop to. Nothing was created in the shop."""


@dataclass(frozen=True)
class Account:
    """A demo account. Each has its own sites in the sandbox, because a site can be connected to one shop only."""

    number: int = 1

    @property
    def name(self) -> str:
        return "demo" if self.number == 1 else f"demo-{self.number}"

    @property
    def email(self) -> str:
        return f"{self.name}@backoffice.example"

    @property
    def new_site(self) -> str:
        return NEW_SHOP if self.number == 1 else f"{NEW_SHOP} {self.number}"

    @property
    def busy_site(self) -> str:
        return BUSY_SHOP if self.number == 1 else f"{BUSY_SHOP} {self.number}"

    def exists(self) -> bool:
        return User.objects.filter(email=self.email).exists()


def make_account(account: Account) -> str:
    """Create a user who owns two shops; returns the new password."""
    password = secrets.token_urlsafe(12)
    user = User.objects.create_superuser(account.email, password, name="Sanne Demo")
    for name in (NEW_SHOP, BUSY_SHOP):
        shop = Shop.objects.create(name=name)
        PackagePreferences.objects.create(shop=shop)
        Membership.objects.create(user=user, shop=shop, role=Role.OWNER)
    Shop.objects.filter(name=BUSY_SHOP, memberships__user=user).update(
        company=BUSY_SHOP,
        person="Sanne Demo",
        street="Voorbeeldkade",
        number="12",
        postal_code="3511 AA",
        city="Utrecht",
        email=account.email,
        phone="+31 30 555 01 00",
    )
    return password


def fill_busy_shop(account: Account, *, with_history: bool = False) -> None:
    """Create shipments in every state, and those of two months. Raises SandboxUnavailable or an ApiError."""
    shop = Shop.objects.get(name=BUSY_SHOP, memberships__user__email=account.email)
    user = User.objects.get(email=account.email)
    PackagePreferences.objects.filter(shop=shop).update(saved_at=timezone.now())
    _create_gateway_account(shop)
    if account.number > 1:
        _add_sites(account)
    connection = _consent(shop, user, account.busy_site)
    sync.request_sync(connection)
    sync.sync_due(seconds=600)
    open_orders = ExternalOrder.objects.open().filter(shop=shop).order_by("placed_at")
    open_ids = list(open_orders.values_list("pk", flat=True))
    chosen = sorted(set(open_ids) - set(open_ids[:: len(open_ids) // LEFT_OPEN][:LEFT_OPEN]))
    order_import.start_import(shop, user, orders=open_orders.filter(pk__in=chosen), key=_key())
    runner.run_due(seconds=600)
    _make_labels(shop, user)
    fulfillments.push_due()
    _send_on_their_way(shop)
    _leave_one_incomplete(shop, user)
    _let_one_fail(shop)
    if with_history:
        fill_history(connection, user, now=timezone.now())


def _key() -> str:
    return uuid.uuid4().hex


def _add_sites(account: Account) -> None:
    for name, like in ((account.new_site, NEW_SHOP), (account.busy_site, BUSY_SHOP)):
        _call_sandbox("sites", {"name": name, "like": like})


def _consent(shop: Shop, user: User, site: str) -> Connection:
    """Grant consent on the sandbox's own pages, as a browser would."""
    start = connections.start_consent(shop, user, PLATFORM, session_key="seed")
    query = dict(parse_qsl(urlsplit(start).query))
    back = _call_sandbox("install", {"site": site, **query})["redirect"]
    return connections.finish_consent(user, session_key="seed", params=dict(parse_qsl(urlsplit(back).query)))


def _make_labels(shop: Shop, user: User) -> None:
    ready = shop.shipments.filter(status=ShipmentStatus.DRAFT, blocked_by="").order_by("pk")
    chosen = list(ready.values_list("pk", flat=True))[:-LEFT_AS_DRAFT]
    job = register.start_labels(shop, user, shipments=ready.filter(pk__in=chosen), layout="a6", start=1, key=_key())
    runner.run_due(seconds=600)
    job.refresh_from_db()


def _create_gateway_account(shop: Shop) -> None:
    gateway_accounts.save_api_key(shop, _call_sandbox("myparcel/account.json")["apiKey"])


def _call_sandbox(path: str, body: dict[str, Any] | None = None) -> Any:
    """Call the sandbox's control API: GET, or POST with a body. Raises SandboxUnavailable."""
    for address, merchant in ((settings.WIX_WEB_URL, "grant consent"), (settings.MYPARCEL_API_URL, "paste a key")):
        if urlsplit(address).hostname not in {"127.0.0.1", "localhost"}:
            raise SandboxUnavailable(f"this is connected to {address}, where only a merchant can {merchant}")
    address = f"{settings.WIX_WEB_URL}/sandbox/{path}"
    try:
        answer = requests.request("POST" if body else "GET", address, json=body, timeout=(3, 15))
        answer.raise_for_status()
        return answer.json()
    except (requests.RequestException, ValueError) as error:
        raise SandboxUnavailable("the local sandbox does not answer") from error


def _send_on_their_way(shop: Shop) -> None:
    """Add tracking events in the sandbox, cycling through the statuses, and poll them."""
    labeled: QuerySet[Shipment] = shop.shipments.to_print().order_by("pk")
    on_the_road = list(labeled)[: -max(2, len(labeled) // 4)]
    for age, (shipment, status) in enumerate(zip(on_the_road, cycle(ON_THE_ROAD), strict=False)):
        moment = timezone.now() - timedelta(hours=3 * age + 8)
        made = moment - timedelta(minutes=20)
        times = {"status_at": moment, "printed_at": moment, "registered_at": made}
        Shipment.objects.filter(pk=shipment.pk).move(ShipmentStatus.PRINTED, **times)
        shipment.events.filter(kind=ShipmentEvent.Kind.LABEL).update(at=made)
        shipment.events.exclude(kind=ShipmentEvent.Kind.LABEL).update(at=made - timedelta(minutes=10))
        for step, hours in ((HANDED_OVER, 3 * age + 6), (status, 3 * age + 1)):
            if status:
                _call_sandbox("myparcel/move", {"barcode": shipment.barcode, "status": step, "hours_ago": hours})
    poll.poll_now([shop.pk])
    poll.poll_due(seconds=120)


def _leave_one_incomplete(shop: Shop, user: User) -> None:
    draft = shop.shipments.filter(status=ShipmentStatus.DRAFT, blocked_by="", country="NL").first()
    if draft is not None:
        edit_draft(
            draft,
            by=user,
            version=draft.version,
            content=replace(draft.content, recipient=replace(draft.recipient, number="", suffix="")),
        )


def _let_one_fail(shop: Shop) -> None:
    fulfillment = Fulfillment.objects.filter(shop=shop, state=Fulfillment.State.DONE).order_by("-pk").first()
    if fulfillment is not None:
        Fulfillment.objects.filter(pk=fulfillment.pk).update(
            state=Fulfillment.State.NEEDS_ATTENTION,
            last_error=in_all_languages(rejection_message(PLATFORM, "refused")),
            details="The fulfillment was refused by the shop system (demo).",
            confirmed_at=None,
        )

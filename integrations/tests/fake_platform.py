"""A platform in memory for service tests. It stores orders and fulfillments and fails on request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from integrations.events import EventKind, PlatformEvent
from integrations.orders import (
    FulfillmentStatus,
    FulfillmentUpdate,
    ImportEligibility,
    OrderAddress,
    OrderData,
    OrderLine,
    OrderPage,
    OrderStatus,
    PaymentStatus,
    PushResult,
    PushStatus,
    RejectedOrder,
    RemoteFulfillment,
    import_eligibility,
)
from integrations.providers.base import (
    AccessToken,
    InvalidInstall,
    InvalidWebhook,
    PlatformMessages,
    PlatformSite,
    TokenSource,
    VerifiedInstall,
)
from lib.http import ApiError

MESSAGES = PlatformMessages(
    consent_button="Allow",
    app_list="Settings › Apps",
    app_removal="Settings › Apps › Remove",
    permission_missing="Acme does not let the app manage orders. Accept the permissions under Manage Apps.",
    permission_missing_named="Acme does not give the app the permission {name}. Accept it under Manage Apps.",
    permission_step="Accept the permissions under Manage Apps.",
    store_present="Acme gives us the orders of this site.",
    store_unlisted="Acme gives us the orders, but does not name Acme Stores among the apps.",
    store_missing="This site has no Acme Stores any more. Install Acme Stores on the site.",
    store_missing_at_consent="This site has no Acme Stores. Install Acme Stores on the site and give consent again.",
    store_missing_for_update="Acme Stores is not installed any more, so the order was not updated.",
    store_missing_for_order="Acme Stores is not installed on this site.",
    store_step="Install Acme Stores, then ask again.",
    buyer_mail="Acme mails the buyer.",
    not_done="We cancel no orders, refund nothing and send no email through Acme.",
    upkeep="Nothing in Acme has to be updated.",
    delivery_options="The checkout of Acme shows no delivery options of {gateway}.",
)
PLACED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def make_order(number: int = 10231, **changes: object) -> OrderData:
    """A paid Dutch order of two mugs; every field can be overridden."""
    order = OrderData(
        external_id=f"order-{number}",
        number=str(number),
        created_at=PLACED + timedelta(minutes=number % 1000),
        updated_at=PLACED + timedelta(minutes=number % 1000),
        status=OrderStatus.APPROVED,
        payment=PaymentStatus.PAID,
        fulfillment=FulfillmentStatus.NOT_FULFILLED,
        lines=(OrderLine("line-1", "Mok Zeegroen", 2, sku="MOK-1", weight=350, unit_value=Decimal("14.95")),),
        address=OrderAddress(
            first_name="Hanna",
            last_name="Vermeulen",
            line1="Lindelaan 12",
            postal_code="3524 KB",
            city="Utrecht",
            country="NL",
        ),
        email="hanna@example.com",
        total=Decimal("29.90"),
    )
    return replace(order, **changes)  # type: ignore[arg-type]


def abroad(country: str, number: int = 10300, **changes: str) -> OrderData:
    """An order to another country with an address that fits nowhere in particular."""
    address = OrderAddress(
        first_name="Alex", last_name="Example", line1="12 Sample Street", postal_code="10001", city="Sampleton",
        country=country, phone="+1 555 0100",
    )  # fmt: skip
    return make_order(number, address=replace(address, **changes), email="alex@example.com")


def make_event(name: str = "event-1", **changes: object) -> PlatformEvent:
    """Somebody paid order 10231 of the connected site; every field can be overridden."""
    event = PlatformEvent(
        event_id=name,
        kind=EventKind.ORDER,
        type="acme.ecom.v1.order_payment_status_updated",
        installation="instance-1",
        happened_at=PLACED + timedelta(days=1),
        order_id="order-10231",
        changed_at=PLACED,
    )
    return replace(event, **changes)  # type: ignore[arg-type]


@dataclass
class FakePlatform:
    """An OrderProvider and its PlatformSession in one; tests set ``orders`` and the failures."""

    orders: list[OrderData] = field(default_factory=list)
    rejected: list[RejectedOrder] = field(default_factory=list)
    fulfillments: dict[str, list[FulfillmentUpdate]] = field(default_factory=dict)
    # Every notice that was sent, in order, also one that was refused or sent twice.
    pushed: list[FulfillmentUpdate] = field(default_factory=list)
    site: PlatformSite = PlatformSite("instance-1", "site-1", "Atelier Voorbeeld", "https://atelier.example")
    store_installed: bool = True
    page_size: int = 100
    calls: list[str] = field(default_factory=list)
    fail: dict[str, list[ApiError]] = field(default_factory=dict)
    events: dict[str, PlatformEvent] = field(default_factory=dict)
    lose_answers: int = 0
    refuse: dict[str, str] = field(default_factory=dict)
    platform: str = "acme"
    name: str = "Acme"
    is_configured: bool = True
    missing_settings: tuple[str, ...] = ()
    setup_message: str = "No Acme app has been set up here yet."
    consent_origins: tuple[str, ...] = ("https://shop.example",)
    messages: PlatformMessages = MESSAGES

    def _called(self, what: str) -> None:
        self.calls.append(what)
        if self.fail.get(what):
            raise self.fail[what].pop(0)

    def order_url(self, site_id: str, order_id: str) -> str:
        return f"https://shop.example/{site_id}/{order_id}"

    def install_url(self, callback_url: str) -> str:
        return f"https://shop.example/install?back={callback_url}"

    def verify_install(self, params: Mapping[str, str], *, now: datetime) -> VerifiedInstall:
        if not params.get("instanceId"):
            raise InvalidInstall("cancelled")
        if params.get("signature", "good") != "good":
            raise InvalidInstall("signature")
        return VerifiedInstall(params["instanceId"], params.get("tenantId", "site-1"))

    def verify_signed_link(self, signed: str, *, now: datetime) -> VerifiedInstall:
        if not signed.startswith("signed:"):
            raise InvalidInstall("signature")
        return VerifiedInstall(signed.removeprefix("signed:"), "")

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> PlatformEvent:
        """A delivery names an event of ``events``; anything else was not signed by us."""
        if body.decode() not in self.events:
            raise InvalidWebhook("no key fits")
        return self.events[body.decode()]

    def mint_token(self, installation_id: str) -> AccessToken:
        self._called("mint")
        return AccessToken(f"token-{self.calls.count('mint')}", 14_400)

    def open(self, installation_id: str, tokens: TokenSource) -> "FakePlatform":
        self.tokens = tokens
        return self

    def describe(self) -> PlatformSite:
        self.tokens.token()
        self._called("describe")
        return self.site

    def has_store(self) -> bool:
        self.tokens.token()
        self._called("has_store")
        return self.store_installed

    def orders_page(self, *, since: datetime | None, cursor: str) -> OrderPage:
        self.tokens.token()
        self._called("orders_page")
        wanted = [
            order
            for order in self.orders
            if (order.updated_at >= since if since else import_eligibility(order) is ImportEligibility.OPEN)
        ]
        start = int(cursor or 0)
        end = start + self.page_size
        rejected = tuple(self.rejected) if not cursor else ()
        return OrderPage(tuple(wanted[start:end]), rejected, str(end) if end < len(wanted) else "")

    def fetch_orders(self, order_ids: Sequence[str]) -> OrderPage:
        self.tokens.token()
        self._called("fetch_orders")
        return OrderPage(
            tuple(order for order in self.orders if order.external_id in set(order_ids)),
            tuple(order for order in self.rejected if order.external_id in set(order_ids)),
        )

    def find_orders(self, number: str) -> OrderPage:
        self.tokens.token()
        self._called("find_orders")
        orders = tuple(order for order in self.orders if order.number == number)
        return OrderPage(orders, tuple(order for order in self.rejected if order.number == number))

    def list_fulfillments(self, order_ids: Sequence[str]) -> dict[str, tuple[RemoteFulfillment, ...] | None]:
        self.tokens.token()
        self._called("list_fulfillments")
        return {
            order_id: tuple(
                RemoteFulfillment(f"f-{update.tracking_number}", update.tracking_number, update.carrier, update.lines)
                for update in kept
            )
            for order_id, kept in self.fulfillments.items()
            if order_id in set(order_ids)
        }

    def delete_fulfillment(self, order_id: str, fulfillment_id: str) -> None:
        self._called("delete_fulfillment")
        kept = self.fulfillments[order_id]
        (gone, *_same) = [update for update in kept if f"f-{update.tracking_number}" == fulfillment_id]
        kept.remove(gone)

    def push(self, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        self.tokens.token()
        self._called("push")
        self.pushed += updates
        return [self._push_one(update) for update in updates]

    def _push_one(self, update: FulfillmentUpdate) -> PushResult:
        if code := self.refuse.get(update.order_id):
            return PushResult(update.reference, PushStatus.REJECTED, code=code, text="no, thank you")
        kept = self.fulfillments.setdefault(update.order_id, [])
        if update.is_deletion or update.changed:
            kept[:] = [update for update in kept if not update.numbers & update.numbers]
        if not update.is_deletion and update.tracking_number not in {update.tracking_number for update in kept}:
            kept.append(update)
        if self.lose_answers:
            self.lose_answers -= 1
            return PushResult(update.reference, PushStatus.UNCONFIRMED)
        return PushResult(update.reference, PushStatus.DONE, external_id=f"f-{update.tracking_number}")

    def find(self, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        self.tokens.token()
        self._called("find")
        return [self._find_one(update) for update in updates]

    def _find_one(self, update: FulfillmentUpdate) -> PushResult:
        there = self.fulfillments.get(update.order_id, [])
        if update.is_deletion and not any(kept.numbers & update.numbers for kept in there):
            return PushResult(update.reference, PushStatus.DONE)
        for kept in there:
            if kept.tracking_number == update.tracking_number and not update.is_deletion:
                return PushResult(update.reference, PushStatus.DONE, external_id=f"f-{update.tracking_number}")
        return PushResult(update.reference, PushStatus.NOT_SENT)

"""The protocol of a platform: what each call returns and may raise.

Every network call may raise the four errors of ``lib.http``: ApiUnavailable, ApiUnauthorized (after one
fresh token was tried; ``status`` 403 means a missing permission), ApiRejected, ApiInvalidResponse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from integrations.events import PlatformEvent
from integrations.orders import FulfillmentUpdate, OrderPage, PushResult, RemoteFulfillment

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Codes of a REJECTED PushResult; each has a message in integrations.messages.
REJECTION_CODES = (
    "order_gone",
    "order_not_open",
    "already_fulfilled",
    "line_taken",
    "app_missing",
    "tracking_taken",
    "not_taken_back",
    "refused",
)


class InvalidInstall(Exception):
    """``code`` is one of: cancelled, app, signature, stale, instance, visitor."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class InvalidWebhook(Exception):
    """A delivery whose signature does not verify. The text names the reason, never the content."""


@dataclass(frozen=True, slots=True)
class VerifiedInstall:
    """What a verified callback proves. The site is proven by describe() only."""

    installation_id: str
    site_id: str


@dataclass(frozen=True, slots=True)
class AccessToken:
    value: str
    # Seconds from now.
    expires_in: int

    def __repr__(self) -> str:
        return "AccessToken(…)"


@dataclass(frozen=True, slots=True)
class PlatformSite:
    """What the shop system says of the connected site."""

    installation_id: str
    site_id: str
    name: str
    url: str = ""
    currency: str = ""
    # Whether the platform's own list of what is on the site names its store; None when it has no list. Never a reason
    # to refuse: ``PlatformSession.has_store`` asks.
    lists_store: bool | None = None
    permissions: tuple[str, ...] = ()
    # The platform's names of permissions we need that it certainly did not grant.
    missing_permissions: tuple[str, ...] = ()
    # Those that it may have granted in words we do not know.
    uncertain_permissions: tuple[str, ...] = ()
    app_version: str = ""
    # The installation this site is a copy of.
    origin_installation: str = ""
    # Seconds by which the platform's clock is ahead of ours.
    clock_offset: int | None = None


@dataclass(frozen=True, slots=True)
class PlatformMessages:
    """Messages with the platform's own names for things."""

    # The platform's consent button, in its ``consent_language``.
    consent_button: str
    # Where the merchant finds the installed apps.
    app_list: "_StrPromise"
    # Where the merchant deletes our app.
    app_removal: "_StrPromise"
    permission_missing: "_StrPromise"
    # With the permission's ``{name}``.
    permission_missing_named: "_StrPromise"
    # What to do about a missing permission when an order cannot be looked up.
    permission_step: "_StrPromise"
    store_present: "_StrPromise"
    # The orders can be read, and the platform's list of what is on the site does not name its store.
    store_unlisted: "_StrPromise"
    # The platform's store is gone from a connected site.
    store_missing: "_StrPromise"
    store_missing_at_consent: "_StrPromise"
    store_missing_for_update: "_StrPromise"
    store_missing_for_order: "_StrPromise"
    # What to do about a missing store when an order cannot be looked up.
    store_step: "_StrPromise"
    # When the platform mails the buyer a tracking link, with its own name for that mail.
    buyer_mail: "_StrPromise"
    # What the consent would allow and we do not do.
    not_done: "_StrPromise"
    # What the merchant has to do to keep the connection up to date.
    upkeep: "_StrPromise"
    # Whether buyers can choose delivery options of the ``{gateway}`` in the platform's checkout, and what else helps.
    delivery_options: "_StrPromise"
    consent_language: str = "en"


class TokenSource(Protocol):
    """Supplies the access token of a session."""

    def token(self) -> str:
        """A token believed valid."""

    def renew(self, stale: str) -> str:
        """A token other than ``stale``, which the platform just rejected."""


class PlatformSession(Protocol):
    """Calls for one connected site."""

    def describe(self) -> PlatformSite:
        """May be repeated."""

    def has_store(self) -> bool:
        """Asks for orders. False only when the platform says that its store is not on the site. May be repeated."""

    def orders_page(self, *, since: datetime | None, cursor: str) -> OrderPage:
        """A page of orders, oldest change first; at most 100. May be repeated.

        With ``since`` None only orders that are open for import; otherwise everything that changed at or after that
        time. With ``cursor`` the next page of the same query. Quantities already fulfilled are filled in on the lines.
        Also called in a thread that must not use the database; there the TokenSource raises what the caller expects.
        """

    def fetch_orders(self, order_ids: Sequence[str]) -> OrderPage:
        """The current state of at most 100 orders; one that no longer exists is neither found nor rejected."""

    def find_orders(self, number: str) -> OrderPage:
        """The orders with this number, in any state; at most three calls. A number is not unique. May be repeated."""

    def list_fulfillments(self, order_ids: Sequence[str]) -> dict[str, tuple[RemoteFulfillment, ...] | None]:
        """The fulfillments of at most 100 orders; an order without any may be missing.

        None for an order whose fulfillments could not be read: nobody knows what it has.
        """

    def delete_fulfillment(self, order_id: str, fulfillment_id: str) -> None:
        """Also succeeds when it no longer exists. May be repeated."""

    def push(self, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        """Create, update or delete at most 100 fulfillments, one an order; looks up tracking numbers first.

        Those with ``is_first`` cannot be there: they are looked up only when the platform refuses them.

        Returns one result an update, in the same order. Raises only when nothing was created. Safe to repeat unless a
        result was UNCONFIRMED: then ``find`` first.
        """

    def find(self, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        """Look up only: DONE when the platform has what the update says (or nothing, for a deletion), else NOT_SENT."""


class OrderProvider(Protocol):
    """A platform, before a site is known."""

    # The key in URLs and rows.
    platform: str
    name: str
    # Whether the settings hold its credentials.
    is_configured: bool
    # The settings that production needs and that are empty.
    missing_settings: tuple[str, ...]
    # What to do when they do not.
    setup_message: "_StrPromise"
    # The origins of its consent pages.
    consent_origins: tuple[str, ...]
    messages: PlatformMessages

    def install_url(self, callback_url: str) -> str:
        """The consent page. ``callback_url`` is called with its own query unchanged."""

    def order_url(self, site_id: str, order_id: str) -> str:
        """The platform's page of this order; empty when there is none."""

    def verify_install(self, params: Mapping[str, str], *, now: datetime) -> VerifiedInstall:
        """Verify a callback without a network call. Raises InvalidInstall."""

    def verify_signed_link(self, signed: str, *, now: datetime) -> VerifiedInstall:
        """Verify the signed link with which the platform opens our page. Raises InvalidInstall."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> PlatformEvent:
        """Parse a delivery without a network call. Raises InvalidWebhook when the signature is invalid."""

    def mint_token(self, installation_id: str) -> AccessToken:
        """Repeatable. ApiRejected or ApiUnauthorized: consent is gone."""

    def open(self, installation_id: str, tokens: TokenSource) -> PlatformSession:
        """Makes no call yet."""

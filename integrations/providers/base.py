"""The contract between us and a shop system, in words: what each call promises and may raise.

Every network call may raise the four errors of ``lib.http``: ApiUnavailable, ApiUnauthorized (after one
fresh token was tried; ``status`` 403 means a missing permission), ApiRejected, ApiInvalidResponse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from integrations.events import PlatformEvent
from integrations.orders import FulfillmentUpdate, OrderData, OrderPage, PushResult, RemoteFulfillment

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

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
"""Codes an Outcome may carry when it is REFUSED; each has a sentence in integrations.messages."""


class InvalidInstall(Exception):
    """A callback that must not become a connection.

    ``code`` is one of: cancelled, app, signature, stale, instance, visitor.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class InvalidWebhook(Exception):
    """A delivery that no key of ours vouches for; the text says why, without its content."""


@dataclass(frozen=True, slots=True)
class VerifiedInstall:
    """What a verified callback proves: this installation, on this site (site unproven until describe())."""

    installation_id: str
    site_id: str


@dataclass(frozen=True, slots=True)
class AccessToken:
    value: str
    expires_in: int
    """Seconds from now."""

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
    has_store: bool = True
    permissions: tuple[str, ...] = ()
    missing_permissions: tuple[str, ...] = ()
    """Names, as the merchant reads them at the shop, of what we need and were not granted; empty when unknown."""
    app_version: str = ""
    origin_installation: str = ""
    """The installation of the site this one is a copy of."""
    clock_offset: int | None = None
    """Seconds the shop's clock is ahead of ours."""


@dataclass(frozen=True, slots=True)
class PlatformMessages:
    """What only this platform can say: its own names for things, and where they are found there."""

    consent_button: str
    """What the merchant clicks there to grant consent, in the platform's own language (``consent_language``)."""
    app_list: "_StrPromise"
    """Where the merchant finds the installed apps there."""
    app_removal: "_StrPromise"
    """Where the merchant deletes our app there."""
    permission_missing: "_StrPromise"
    permission_missing_named: "_StrPromise"
    """The same with the name of the permission, as ``{name}``."""
    permission_step: "_StrPromise"
    """What to do about a missing permission before an order can be looked up."""
    store_present: "_StrPromise"
    store_missing: "_StrPromise"
    """The part of the platform that sells is gone from a connected site."""
    store_missing_at_consent: "_StrPromise"
    store_missing_for_update: "_StrPromise"
    store_missing_for_order: "_StrPromise"
    store_step: "_StrPromise"
    """What to do about a missing store before an order can be looked up."""
    buyer_mail: "_StrPromise"
    """When the platform itself mails a buyer the tracking link."""
    consent_language: str = "en"


class TokenSource(Protocol):
    """Where a session gets its access token; the caller decides how tokens are kept."""

    def token(self) -> str:
        """A token believed valid."""

    def renew(self, stale: str) -> str:
        """A token other than ``stale``, which the shop just refused."""


class PlatformSession(Protocol):
    """Calls for one connected site."""

    def describe(self) -> PlatformSite:
        """The site as the shop system sees it. May be repeated."""

    def orders_page(self, *, since: datetime | None, cursor: str) -> OrderPage:
        """A page of orders, oldest change first; at most 100. May be repeated.

        ``since`` None asks only for orders that are open for import; otherwise everything that changed
        at or after that moment, whatever its state. With ``cursor`` the rest of an earlier question.
        Pieces already fulfilled are filled in on the lines.
        """

    def fetch_orders(self, order_ids: Sequence[str]) -> dict[str, OrderData]:
        """These orders (at most 100) as they are now; one that is gone is missing from the answer."""

    def find_orders(self, number: str) -> OrderPage:
        """The orders that carry this number as they are now, whatever their state; at most three calls.

        Usually one, sometimes none or several: a number is not unique. May be repeated.
        """

    def list_fulfillments(self, order_ids: Sequence[str]) -> dict[str, tuple[RemoteFulfillment, ...]]:
        """What is written down as sent for these orders (at most 100); an order without any may be missing."""

    def delete_fulfillment(self, order_id: str, fulfillment_id: str) -> None:
        """Delete a record; gone already is fine. May be repeated."""

    def push(self, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        """Tell the shop (at most 100 notices, one per order); looks for our tracking number before it creates.

        A changed notice updates the record there is, a withdrawn one deletes it.

        Answers one outcome per notice, in the order given. Raises only when nothing was created.
        Repeating it is safe unless an outcome was UNKNOWN: then ``find`` first.
        """

    def find(self, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        """Look only: DONE when the shop has what the notice says (or nothing, when withdrawn), else NOT_SENT."""


class OrderProvider(Protocol):
    """A shop system, before it is known which site."""

    platform: str
    """Its key: in addresses and in rows."""
    name: str
    is_configured: bool
    """Whether the settings hold what it needs to ask for consent."""
    setup_message: "_StrPromise"
    """What to do when they do not."""
    consent_origins: tuple[str, ...]
    """The origins of the pages on which a merchant grants consent."""
    messages: PlatformMessages

    def install_url(self, callback_url: str) -> str:
        """Where the merchant grants consent; ``callback_url`` comes back with its own query untouched."""

    def order_url(self, site_id: str, order_id: str) -> str:
        """The page on which the merchant sees this order at the shop system; empty when there is none."""

    def verify_install(self, params: Mapping[str, str], *, now: datetime) -> VerifiedInstall:
        """Check a callback's own proof, without a network. Raises InvalidInstall."""

    def verify_signed_link(self, signed: str, *, now: datetime) -> VerifiedInstall:
        """Check the signed link with which a merchant opens us from the shop system. Raises InvalidInstall."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> PlatformEvent:
        """The event in a delivery, without a network. Raises InvalidWebhook when it is not the shop system's."""

    def mint_token(self, installation_id: str) -> AccessToken:
        """A fresh access token. Repeatable. ApiRejected or ApiUnauthorized: consent is gone."""

    def open(self, installation_id: str, tokens: TokenSource) -> PlatformSession:
        """A session; no network call yet."""

"""Wix as an order provider."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from integrations.events import PlatformEvent
from integrations.orders import FulfillmentUpdate, OrderPage, PushResult, RejectedOrder, RemoteFulfillment
from integrations.providers.base import AccessToken, PlatformSite, TokenSource, VerifiedInstall
from integrations.providers.wix import client, oauth, permissions, push, webhooks
from integrations.providers.wix.errors import read_error
from integrations.providers.wix.messages import MESSAGES, SETUP_MESSAGE
from integrations.providers.wix.payloads import WixFulfillment, WixOrder
from integrations.providers.wix.reading import map_orders, read_orders
from lib import exchange_log
from lib.http import ApiClient, ApiError, ApiInvalidResponse, ApiRejected
from lib.json_values import as_dict
from lib.user_agent import user_agent

OPEN_ORDERS: dict[str, Any] = {
    "status": "APPROVED",
    "paymentStatus": {"$in": ["PAID", "PARTIALLY_REFUNDED"]},
    "fulfillmentStatus": {"$in": ["NOT_FULFILLED", "PARTIALLY_FULFILLED"]},
    "archived": {"$ne": True},
}
# A search omits statuses that it does not name.
ALL_STATUSES = ["APPROVED", "CANCELED", "PENDING", "REJECTED"]
MAX_MATCHES = 10
STORE_MISSING_CODES = ("APP_NOT_INSTALLED", "REQUIRED_APP_NOT_INSTALLED")
# Wix Stores has these ids; the second is of old sites.
STORE_APP_IDS = ("215238eb-22a5-4c36-9e7b-e7c08025e04e", "1380b703-ce81-ff05-f115-39571d94dfcd")
# Our own cursor after a full page without one: continue from the last date.
DATE_CURSOR_PREFIX = "after:"


class WixProvider:
    platform, name = "wix", "Wix"
    setup_message, messages = SETUP_MESSAGE, MESSAGES

    def __init__(
        self,
        *,
        app_id: str,
        secret: str,
        web_url: str,
        api_url: str,
        share_url_id: str = "",
        dashboard_url: str = "",
        webhook_keys: Sequence[str] = (),
    ) -> None:
        self._app_id, self._secret = app_id, secret
        self.is_configured = bool(app_id)
        needed = {"WIX_APP_ID": app_id, "WIX_APP_SECRET": secret, "WIX_WEBHOOK_PUBLIC_KEYS": webhook_keys}
        self.missing_settings = tuple(name for name, value in needed.items() if not value)
        self.consent_origins = (_origin(web_url),)
        self._web_url, self._share_url_id = web_url, share_url_id
        self._dashboard_url = dashboard_url
        self._webhook_keys = webhooks.load_keys(webhook_keys)
        self._api = ApiClient(
            api_url,
            agent=user_agent(),
            on_exchange=exchange_log.listener(self.platform),
            request_id_header="x-wix-request-id",
            read_error=read_error,
        )

    def install_url(self, callback_url: str) -> str:
        return oauth.install_url(self._web_url, self._app_id, callback_url, self._share_url_id)

    def order_url(self, site_id: str, order_id: str) -> str:
        """Not documented by Wix, so nothing may depend on it."""
        if not (self._dashboard_url and site_id and order_id):
            return ""
        page = f"/dashboard/{quote(site_id, safe='')}/ecom-platform/order-details/{quote(order_id, safe='')}"
        return self._dashboard_url + page

    def verify_install(self, params: Mapping[str, str], *, now: datetime) -> VerifiedInstall:
        return oauth.verify(params, app_id=self._app_id, secret=self._secret, now=now)

    def verify_signed_link(self, signed: str, *, now: datetime) -> VerifiedInstall:
        return oauth.verify_signed_link(signed, app_id=self._app_id, secret=self._secret, now=now)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> PlatformEvent:
        """Wix signs the body only."""
        return webhooks.parse(body, keys=self._webhook_keys, app_id=self._app_id, now=now)

    def mint_token(self, installation_id: str) -> AccessToken:
        return client.mint(self._api, self._app_id, self._secret, installation_id)

    def open(self, installation_id: str, tokens: TokenSource) -> "WixSession":
        return WixSession(client.WixClient(self._api, tokens))


class WixSession:
    def __init__(self, wix: client.WixClient) -> None:
        self._wix = wix

    def describe(self) -> PlatformSite:
        answer = self._wix.app_instance()
        instance, site = answer.instance, answer.site
        missing, uncertain = permissions.missing(instance.permissions)
        return PlatformSite(
            installation_id=instance.instance_id,
            site_id=site.site_id,
            name=site.site_display_name or site.url or site.site_id,
            url=site.url or "",
            currency=site.payment_currency or "",
            lists_store=_lists_store(site.installed_wix_apps),
            permissions=tuple(instance.permissions),
            missing_permissions=missing,
            uncertain_permissions=uncertain,
            app_version=instance.app_version or "",
            origin_installation=instance.origin_instance_id or "",
            clock_offset=self._wix.clock_offset,
        )

    def has_store(self) -> bool:
        """One search. ``installedWixApps`` has no published values, so it is never a reason to refuse."""
        try:
            self._wix.confirm_installed()
        except ApiRejected as error:
            if error.status == 428 or error.code in STORE_MISSING_CODES:
                return False
            raise
        return True

    def orders_page(self, *, since: datetime | None, cursor: str) -> OrderPage:
        if cursor and not cursor.startswith(DATE_CURSOR_PREFIX):
            search: dict[str, Any] = {"cursorPaging": {"limit": client.CALL_BATCH_SIZE, "cursor": cursor}}
        else:
            search = _search_body(since, cursor.removeprefix(DATE_CURSOR_PREFIX))
        answer = self._wix.search(search)
        rows = answer.get("orders") or []
        orders, rejected = read_orders(rows)
        _check_filter(orders, since)
        more = _next_cursor(answer) or _date_cursor(answer, rows, orders, since, cursor)
        return self._page(orders, rejected, more)

    def fetch_orders(self, order_ids: Sequence[str]) -> OrderPage:
        return self._page(*(self._fetch_one(order_ids[0]) if len(order_ids) == 1 else self._fetch_many(order_ids)))

    def find_orders(self, number: str) -> OrderPage:
        search = {
            "filter": {"number": number, "status": {"$in": ALL_STATUSES}},
            "cursorPaging": {"limit": MAX_MATCHES},
        }
        orders, rejected = read_orders(self._wix.search(search).get("orders") or [])
        named = [order for order in orders if order.number == number]
        unread = [order for order in rejected if order.number == number]
        if len(named) == 1:
            fresh, wrong = self._fetch_one(named[0].id)
            named, unread = (fresh, [*unread, *wrong]) if fresh or wrong else (named, unread)
        return self._page(named, unread)

    def list_fulfillments(self, order_ids: Sequence[str]) -> dict[str, tuple[RemoteFulfillment, ...] | None]:
        known, unreadable = self._wix.fulfillments(order_ids)
        found: dict[str, tuple[RemoteFulfillment, ...] | None] = dict.fromkeys(unreadable)
        for order_id, row in known.items():
            found[order_id] = tuple(_remote_fulfillment(record) for record in row.fulfillments if record.id)
        return found

    def delete_fulfillment(self, order_id: str, fulfillment_id: str) -> None:
        self._wix.delete_fulfillment(order_id, fulfillment_id)

    def push(self, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        results = push.create_first(self._wix, [update for update in updates if update.is_first])
        others = [update for update in updates if update.reference not in results]
        try:
            looked_up = self._look_up_and_push(others) if others else []
        except ApiError as error:
            if not results:
                raise
            looked_up = push.not_sent(others, error)
        results |= {result.reference: result for result in looked_up}
        return [results[update.reference] for update in updates]

    def _look_up_and_push(self, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        order_ids = [update.order_id for update in updates if not update.is_deletion]
        page = self.fetch_orders(order_ids) if order_ids else OrderPage(())
        return push.push(self._wix, updates, page)

    def find(self, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        return push.find(self._wix, updates)

    def _fetch_one(self, order_id: str, *, answered: bool = False) -> tuple[list[WixOrder], list[RejectedOrder]]:
        """``answered``: the site was just asked for orders, and answered."""
        try:
            return read_orders([self._wix.order(order_id)])
        except ApiRejected as error:
            if error.status != 404:
                raise
            # A removed app may hear this too; only a site that still answers means the order.
            if not answered:
                self._wix.confirm_installed()
            return [], []

    def _fetch_many(self, order_ids: Sequence[str]) -> tuple[list[WixOrder], list[RejectedOrder]]:
        """One search for up to 100; those missing from it are fetched one by one, with one call each.

        The app was there when the search was answered. It is asked once more after them, should it be gone meanwhile.
        """
        search = {
            "filter": {"id": {"$in": list(order_ids)}, "status": {"$in": ALL_STATUSES}},
            "cursorPaging": {"limit": client.CALL_BATCH_SIZE},
        }
        orders, rejected = read_orders(self._wix.search(search).get("orders") or [])
        wanted = set(order_ids)
        found = {order.id: order for order in orders if order.id in wanted}
        unread = {order.external_id: order for order in rejected if order.external_id in wanted}
        for order_id in order_ids:
            if order_id not in found and order_id not in unread:
                fresh, wrong = self._fetch_one(order_id, answered=True)
                found |= {order.id: order for order in fresh}
                unread |= {order.external_id: order for order in wrong}
        if len(found) + len(unread) < len(wanted):
            self._wix.confirm_installed()
        return list(found.values()), list(unread.values())

    def _page(self, orders: Sequence[WixOrder], rejected: Sequence[RejectedOrder], next_cursor: str = "") -> OrderPage:
        """With the quantities already fulfilled; those that are said to be sent in part, or in words we do not know."""
        partly = [order.id for order in orders if order.fulfillment_status not in ("NOT_FULFILLED", "FULFILLED")]
        sent, unreadable = self._wix.fulfillments(partly) if partly else ({}, frozenset())
        found, wrong = map_orders(orders, sent, unreadable)
        return OrderPage(tuple(found), (*rejected, *wrong), next_cursor)


def _lists_store(apps: Sequence[str]) -> bool | None:
    """None without a list. The spelling of the names is not published, so it is read generously."""
    return any("store" in app.casefold() or app.casefold() in STORE_APP_IDS for app in apps) if apps else None


def _remote_fulfillment(fulfillment: WixFulfillment) -> RemoteFulfillment:
    carrier = fulfillment.tracking_info.shipping_provider if fulfillment.tracking_info else ""
    return RemoteFulfillment(
        fulfillment.id,
        fulfillment.tracking_number,
        carrier or "",
        tuple((x.id, x.quantity or 0) for x in fulfillment.line_items),
    )


def _search_body(since: datetime | None, start: str = "") -> dict[str, Any]:
    """One operator per field: Wix rejects two in one object. ``start`` is the date to continue from."""
    if since is None:
        wanted, sort = OPEN_ORDERS | ({"createdDate": {"$gte": start}} if start else {}), "createdDate"
    else:
        moment = start or _format_time(since)
        wanted, sort = {"updatedDate": {"$gte": moment}, "status": {"$in": ALL_STATUSES}}, "updatedDate"
    return {
        "filter": wanted,
        "sort": [{"fieldName": sort, "order": "ASC"}],
        "cursorPaging": {"limit": client.CALL_BATCH_SIZE},
    }


def _format_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _check_filter(orders: Sequence[WixOrder], since: datetime | None) -> None:
    """Wix ignores a query it does not understand and returns a default page, which must not be stored."""
    if since is None:
        # What cannot be read says nothing about the filter.
        unexpected = [order for order in orders if order.payment_status not in {"PAID", "PARTIALLY_REFUNDED", ""}]
    else:
        unexpected = [order for order in orders if order.updated_date and order.updated_date < since]
    if unexpected and len(unexpected) == len(orders):
        raise ApiInvalidResponse("the search was answered without its filter")


def _next_cursor(answer: Mapping[str, Any]) -> str:
    metadata = as_dict(answer.get("metadata"))
    if metadata.get("hasNext") is False:
        return ""
    return str(as_dict(metadata.get("cursors")).get("next") or "")


def _date_cursor(
    answer: Mapping[str, Any], rows: list[Any], orders: Sequence[WixOrder], since: datetime | None, cursor: str
) -> str:
    """The next cursor after a full page that names none. Raises ApiInvalidResponse when there is none."""
    metadata = answer.get("metadata") or {}
    is_last_page = metadata.get("hasNext") is False or ("cursors" in metadata and "hasNext" not in metadata)
    if is_last_page or (len(rows) < client.CALL_BATCH_SIZE and not metadata.get("hasNext")) or not orders:
        return ""
    dates = [order.created_date if since is None else order.updated_date or order.created_date for order in orders]
    last = max(filter(None, dates), default=None)
    next_cursor = DATE_CURSOR_PREFIX + _format_time(last) if last else cursor
    if next_cursor == cursor:
        raise ApiInvalidResponse("a full page without a cursor, and no date to go on from")
    return next_cursor


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def build() -> WixProvider:
    return WixProvider(
        app_id=settings.WIX_APP_ID,
        secret=settings.WIX_APP_SECRET,
        web_url=settings.WIX_WEB_URL,
        api_url=settings.WIX_API_URL,
        share_url_id=settings.WIX_SHARE_URL_ID,
        dashboard_url=settings.WIX_DASHBOARD_URL,
        webhook_keys=settings.WIX_WEBHOOK_PUBLIC_KEYS,
    )

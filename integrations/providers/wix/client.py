"""Wix's REST calls: tokens, paths, and one fresh token after a 401."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from integrations.orders import FulfillmentUpdate
from integrations.providers.base import AccessToken, TokenSource
from integrations.providers.wix import permissions
from integrations.providers.wix.payloads import AppInstance, OrderFulfillments, WixFulfillment
from lib.http import ApiClient, ApiInvalidResponse, ApiRejected, ApiUnauthorized
from lib.json_values import as_dict, as_list
from lib.text import parse_int

DEFAULT_TOKEN_SECONDS = 14_400
CALL_BATCH_SIZE = 100
MINT_TIMEOUT = (3, 5)
# Calls that name no order: a 404 means the installation is gone.
INSTALLATION_PATHS = frozenset({"/apps/v1/instance", "/ecom/v1/orders/search", "/ecom/v1/fulfillments/list-by-ids"})
# Wix replaces our tracking link for a carrier with exactly one of these names.
REPLACED_NAMES = frozenset({"fedex", "ups", "usps", "dhl", "canadapost"})
M = TypeVar("M", bound=BaseModel)


def mint(api: ApiClient, app_id: str, secret: str, instance_id: str) -> AccessToken:
    """POST /oauth2/token with client credentials."""
    body = {
        "grant_type": "client_credentials",
        "client_id": app_id,
        "client_secret": secret,
        "instance_id": instance_id,
    }
    answer = api.call("POST", "/oauth2/token", body=body, repeatable=True, timeout=MINT_TIMEOUT)
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        raise ApiInvalidResponse("the token endpoint gave no access_token")
    return AccessToken(answer["access_token"], parse_int(answer.get("expires_in")) or DEFAULT_TOKEN_SECONDS)


def parse(model: type[M], value: Any, what: str) -> M:
    """The declared part of an answer. Raises ApiInvalidResponse, which names the field, never its value."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise ApiInvalidResponse(f"{what}: {describe_error(error)}") from error


def describe_error(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['type']}"


class WixClient:
    """API reference: eCommerce orders and order fulfillments."""

    def __init__(self, api: ApiClient, tokens: TokenSource) -> None:
        self._api, self._tokens = api, tokens

    def _call(self, method: str, path: str, body: object = None, *, repeatable: bool = False) -> Mapping[str, Any]:
        token = self._tokens.token()
        try:
            answer = self._send(token, method, path, body, repeatable)
        except (ApiUnauthorized, ApiRejected) as rejection:
            # After an uninstall the token endpoint refuses, whatever the API answers; so it is asked.
            if rejection.status != 401 and not (rejection.status == 404 and path in INSTALLATION_PATHS):
                raise
            answer = self._send(self._tokens.renew(token), method, path, body, repeatable)
        if not isinstance(answer, dict):
            raise ApiInvalidResponse(f"{path.split('/')[1]}: not a JSON object")
        return answer

    def _send(self, token: str, method: str, path: str, body: object, repeatable: bool) -> Any:
        """A 403 often has no message, so it names the permission the call needs."""
        headers = {"Authorization": token}
        try:
            return self._api.call(method, path, body=body, headers=headers, repeatable=repeatable)
        except ApiUnauthorized as rejection:
            if rejection.status == 403:
                rejection.code = permissions.required_permission(method, path)
            raise

    @property
    def clock_offset(self) -> int | None:
        """Seconds by which Wix's clock was ahead at the last answer."""
        return self._api.clock_offset

    def app_instance(self) -> AppInstance:
        return parse(AppInstance, self._call("GET", "/apps/v1/instance", repeatable=True), "app instance")

    def search(self, search: Mapping[str, object]) -> Mapping[str, Any]:
        """The wrapper key is ``search``; Wix silently ignores anything else."""
        answer = self._call("POST", "/ecom/v1/orders/search", {"search": search}, repeatable=True)
        if not isinstance(answer.get("orders", []), list):
            raise ApiInvalidResponse("orders: not a list")
        return answer

    def order(self, order_id: str) -> Any:
        """As JSON, always current. Raises ApiRejected with status 404 when it does not exist."""
        answer = self._call("GET", f"/ecom/v1/orders/{quote(order_id, safe='')}", repeatable=True)
        order = as_dict(answer.get("order"))
        if str(order.get("id")) != order_id:
            raise ApiInvalidResponse("another order was answered than was asked for")
        return order

    def confirm_installed(self) -> None:
        """Raises what a removed app gets."""
        self.search({"filter": {"status": "APPROVED"}, "cursorPaging": {"limit": 1}})

    def fulfillments(self, order_ids: Sequence[str]) -> tuple[dict[str, OrderFulfillments], frozenset[str]]:
        """Of at most 100 orders, by order id, and the orders whose fulfillments cannot be read.

        An order without any may be missing. Raises ApiInvalidResponse for an answer that does not say whose they are.
        """
        body = {"orderIds": list(order_ids)}
        answer = self._call("POST", "/ecom/v1/fulfillments/list-by-ids", body, repeatable=True)
        wanted, unreadable = set(order_ids), set()
        found: dict[str, OrderFulfillments] = {}
        for row in as_list(answer.get("ordersWithFulfillments")):
            own_id = str(as_dict(row).get("orderId"))
            try:
                read = parse(OrderFulfillments, row, "fulfillments")
                found |= {read.order_id: read} if read.order_id in wanted else {}
            except ApiInvalidResponse:
                if own_id not in wanted:
                    raise
                unreadable.add(own_id)
        return found, frozenset(unreadable)

    def create_fulfillment(self, update: FulfillmentUpdate) -> tuple[str, OrderFulfillments]:
        """The new fulfillment's id and all of the order's. Not repeatable."""
        path = f"/ecom/v1/fulfillments/orders/{quote(update.order_id, safe='')}/create-fulfillment"
        answer = self._call("POST", path, {"fulfillment": fulfillment_body(update)})
        return str(answer.get("fulfillmentId") or ""), parse(
            OrderFulfillments, answer.get("orderWithFulfillments") or {}, "fulfillment"
        )

    def bulk_create(self, updates: Sequence[FulfillmentUpdate]) -> list[Mapping[str, Any]]:
        """Wix's results in any order (match by originalIndex). Not repeatable."""
        rows = [{"orderId": update.order_id, "fulfillments": [fulfillment_body(update)]} for update in updates]
        path = "/ecom/v1/fulfillments/orders/bulk/create-fulfillments"
        answer = self._call("POST", path, {"ordersWithFulfillments": rows})
        results = answer.get("results")
        if not isinstance(results, list):
            raise ApiInvalidResponse("results: not a list")
        return [row for row in results if isinstance(row, dict)]

    def set_tracking(self, fulfillment: WixFulfillment, update: FulfillmentUpdate) -> None:
        """Repeatable."""
        order_id, own_id = quote(update.order_id, safe=""), quote(fulfillment.id, safe="")
        body = {"fulfillment": {"id": fulfillment.id, "trackingInfo": tracking_body(update)}}
        self._call("PATCH", f"/ecom/v1/fulfillments/{own_id}/orders/{order_id}", body)

    def delete_fulfillment(self, order_id: str, fulfillment_id: str) -> None:
        """Its units can be fulfilled again. Also succeeds when it no longer exists. Repeatable."""
        path = f"/ecom/v1/fulfillments/{quote(fulfillment_id, safe='')}/orders/{quote(order_id, safe='')}"
        try:
            self._call("DELETE", path)
        except ApiRejected as error:
            if error.status != 404:
                raise


def carrier_name(name: str) -> str:
    """Never one of ``REPLACED_NAMES``, with which Wix replaces our link."""
    return f"{name} Parcel" if name.casefold() in REPLACED_NAMES else name


def tracking_body(update: FulfillmentUpdate) -> dict[str, str]:
    """Wix rejects empty strings, so an absent link is left out."""
    body = {"trackingNumber": update.tracking_number, "shippingProvider": carrier_name(update.carrier)}
    return body | ({"trackingLink": update.tracking_url} if update.tracking_url else {})


def fulfillment_body(update: FulfillmentUpdate) -> dict[str, object]:
    lines = [{"id": line, "quantity": quantity} for line, quantity in update.lines]
    return {"lineItems": lines, "trackingInfo": tracking_body(update)}

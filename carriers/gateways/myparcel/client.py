"""MyParcel's REST calls: authorization, content types, and ids joined with a semicolon."""

import base64
import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from pydantic import BaseModel, ValidationError

from carriers.gateways.myparcel import call_limits
from carriers.gateways.myparcel.payloads import ShipmentReply, SubscriptionReply, TrackReply, WhoAmIReply, is_id
from lib.http import TIMEOUT, ApiClient, ApiInvalidResponse, ApiRejected
from lib.json_values import as_dict, as_list
from lib.links import LOOPBACK_HOSTS

log = logging.getLogger(__name__)
SHIPMENT = "application/vnd.shipment+json;charset=utf-8;version=1.1"
RETURN = "application/vnd.return_shipment+json;charset=utf-8;version=1.1"
LINK = "application/vnd.shipment_label_link+json"
QUESTION, JSON_2 = "application/json;version=2.0", "application/json;charset=utf-8;version=2.0"
JSON = "application/json;charset=utf-8"
# Work that is not finished.
ACCEPTED = 202
BODY = Mapping[str, Any]
M = TypeVar("M", bound=BaseModel)


class MyParcelClient:
    """MyParcel's REST calls for one API key. Raises the four errors of ``lib.http``."""

    def __init__(self, api: ApiClient, key: str) -> None:
        self._api = api
        self._account = hashlib.sha256(key.encode()).hexdigest()
        # "basic" with the key alone: no user, no colon.
        self._headers = {"Authorization": f"basic {encode_key(key)}", "Accept": JSON, "Accept-Language": "nl_NL"}

    def _call(self, method: str, family: str, path: str, body: Any = None, **headers: str) -> Any:
        call_limits.acquire(self._account, f"{method} {family}")
        own = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        return self._api.call(method, path, body=body, headers=own, repeatable=method == "GET")

    def get(self, path: str, *, family: str, accept: str, timeout: tuple[float, float]) -> Any:
        """Another GET, counted under ``family``; ``path`` has the query. May be repeated."""
        call_limits.acquire(self._account, f"GET {family}")
        headers = self._headers | {"Accept": accept}
        return self._api.call("GET", path, headers=headers, timeout=timeout)

    def create(self, shipments: Sequence[BODY]) -> list[int]:
        """The ids of new concepts, in order. Not repeatable: look for the references first."""
        response = self._call(
            "POST", "/shipments", "/shipments", {"data": {"shipments": list(shipments)}}, Content_Type=SHIPMENT
        )
        return _ids(response, len(shipments))

    def create_return(self, wanted: BODY) -> int:
        """Not repeatable: look for the return first."""
        body = {"data": {"return_shipments": [wanted]}}
        path = "/shipments?send_return_mail=0"
        return _ids(self._call("POST", "/shipments", path, body, Content_Type=RETURN), 1)[0]

    def shipments(self, ids: Sequence[str]) -> list[ShipmentReply]:
        """These shipments in any order, at most 100; ids that MyParcel does not know are left out.

        The link to the shop's tracking page is null unless it is asked for.
        """
        path = f"/shipments/{join_ids(ids)}?link_consumer_portal=1"
        return _shipments(self._call("GET", "/shipments/ids", path), skip=True)

    def search(self, *, size: int = 0, page: int = 1, **query: str | int) -> list[ShipmentReply]:
        """The newest shipments that match: at most ``size``, by default as many as MyParcel's page has (30).

        With ``reference_identifier`` a size from 200 finds nothing at all (remark in MyParcel's SDK), and a shipment
        that is not found is made again: name no size there.
        """
        paged = {"page": page, "sort": "id", "order": "DESC"} | ({"size": size} if size else {})
        wanted = urlencode({**query, **paged, "link_consumer_portal": 1}, quote_via=quote)
        return _shipments(self._call("GET", "/shipments", f"/shipments?{wanted}"))

    def ask(self, path: str, body: BODY, *, timeout: tuple[float, float] = TIMEOUT) -> Any:
        """The answer of a question that is posted (version 2 of MyParcel's API). May be repeated."""
        call_limits.acquire(self._account, f"POST {path}")
        headers = self._headers | {"Content-Type": QUESTION, "Accept": JSON_2}
        return self._api.call("POST", path, body=body, headers=headers, repeatable=True, timeout=timeout)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove concepts. Raises ApiRejected when one of them is no concept or no longer exists."""
        self._call("DELETE", "/shipments/ids", f"/shipments/{join_ids(ids)}")

    def announce(self, ids: Sequence[str]) -> None:
        """Request labels without fetching them: the concepts are registered and get a barcode. May be repeated."""
        self._call("GET", "/shipment_labels/ids", f"/shipment_labels/{join_ids(ids)}?format=A4")

    def labels(self, ids: Sequence[str], paper: str) -> bytes | None:
        """The PDF of at most 25 labels, None while it is not ready.

        ``paper`` is the query, as format=A4&positions=2;3;4.
        """
        call_limits.acquire(self._account, "GET /shipment_labels/ids")
        headers = self._headers | {"Accept": "application/pdf"}
        try:
            return self._api.download(f"/shipment_labels/{join_ids(ids)}?{paper}", headers=headers)
        except ApiInvalidResponse as error:
            if error.status == ACCEPTED:
                return None
            raise

    def prepare(self, ids: Sequence[str], paper: str) -> str:
        """The path of a PDF that will be ready within seconds or minutes."""
        path = f"/shipment_labels/{join_ids(ids)}?{paper}"
        response = self._call("GET", "/shipment_labels/ids", path, Accept=LINK)
        data = as_dict(as_dict(response).get("data"))
        links = data.get("pdfs") or data.get("pdf")
        url = as_dict(links[0] if isinstance(links, list) and links else links).get("url")
        if not isinstance(url, str):
            raise ApiInvalidResponse("labels: no link")
        return self._api.path_of(url)

    def prepared(self, path: str) -> bytes | None:
        """None while the PDF is not ready."""
        try:
            return self._api.download(path, headers={"Accept": "application/pdf"})
        except (ApiRejected, ApiInvalidResponse) as error:
            if error.status in {ACCEPTED, 404}:
                return None
            raise

    def tracktraces(self, ids: Sequence[str]) -> list[TrackReply]:
        """The tracking of these shipments; concepts have none."""
        response = self._call("GET", "/tracktraces/ids", f"/tracktraces/{join_ids(ids)}")
        return _rows(response, "tracktraces", TrackReply, skip=True)

    def subscriptions(self) -> list[SubscriptionReply]:
        response = self._call("GET", "/webhook_subscriptions", "/webhook_subscriptions")
        return _rows(response, "webhook_subscriptions", SubscriptionReply)

    def subscribe(self, urls: Mapping[str, str]) -> dict[str, int]:
        """Subscription ids by hook. May be repeated: a new one replaces the old, also another program's."""
        rows = [{"hook": hook, "url": url} for hook, url in urls.items()]
        body = {"data": {"webhook_subscriptions": rows}}
        path = "/webhook_subscriptions"
        return dict(zip(urls, _ids(self._call("POST", path, path, body, Content_Type=JSON), len(rows)), strict=True))

    def whoami(self) -> WhoAmIReply:
        """On the host of ``iam_url``, which takes the bearer scheme only."""
        bearer = self._headers["Authorization"].replace("basic", "bearer", 1)
        response = self._call("GET", "/whoami", "/whoami", Authorization=bearer)
        try:
            return WhoAmIReply.model_validate(response)
        except ValidationError as error:
            raise ApiInvalidResponse("whoami: not as documented") from error

    def unsubscribe(self, ids: Sequence[str]) -> None:
        self._call("DELETE", "/webhook_subscriptions/ids", f"/webhook_subscriptions/{join_ids(ids)}")


def iam_url(api_url: str) -> str:
    """MyParcel says who a key belongs to on another host, iam.api.myparcel.nl; its local imitation has one host."""
    parts = urlsplit(api_url)
    return api_url if parts.hostname in LOOPBACK_HOSTS else urlunsplit(parts._replace(netloc=f"iam.{parts.netloc}"))


def encode_key(key: str) -> str:
    """The key as it is sent in our calls and in MyParcel's webhooks."""
    return base64.b64encode(key.encode()).decode()


def join_ids(ids: Sequence[str]) -> str:
    return ";".join(quote(one, safe="") for one in ids)


def _ids(response: Any, count: int) -> list[int]:
    rows = as_list(as_dict(as_dict(response).get("data")).get("ids"))
    ids = [one for row in rows if is_id(one := as_dict(row).get("id"))]
    if len(ids) != count:
        raise ApiInvalidResponse("ids: not as many as were asked for")
    return ids


def _shipments(response: Any, *, skip: bool = False) -> list[ShipmentReply]:
    """MyParcel documents two shapes of a list; both are accepted."""
    data = as_dict(as_dict(response).get("data"))
    if isinstance(data.get("search_results"), dict):
        response = {"data": data["search_results"]}
    return _rows(response, "shipments", ShipmentReply, skip=skip)


def _rows(response: Any, name: str, model: type[M], *, skip: bool = False) -> list[M]:
    """``skip``: one that cannot be read is left out like one that MyParcel does not know."""
    rows = as_dict(as_dict(response).get("data")).get(name)
    if not isinstance(rows, list):
        raise ApiInvalidResponse(f"{name}: not a list")
    found = []
    for row in rows:
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            if not skip:
                raise ApiInvalidResponse(f"{name}: one of them cannot be read") from error
            log.warning("MyParcel answered %s with one that cannot be read.", name)
    if rows and not found:
        raise ApiInvalidResponse(f"{name}: none of them can be read")
    return found

"""Wix's webhooks: one RS256 token around three layers of JSON.

Source: dev.wix.com on webhooks, domain events and the resend policy.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from integrations.events import EventKind, PlatformEvent
from integrations.order_ranges import is_id
from integrations.orders import OrderData
from integrations.providers.base import InvalidWebhook
from integrations.providers.wix.reading import map_orders, read_orders
from lib.json_parsing import parse_json
from lib.moments import is_moment
from lib.text import clean_text

MAX_CLOCK_SKEW = timedelta(minutes=5)
# Checks the signature only: the claims are read by us, because one of them may be more than the library takes.
SIGNATURES = jwt.PyJWS()
# Wix resends an event for 47 hours, perhaps with its first, expired signature.
RESEND_WINDOW = timedelta(days=3)
# An order in an event is believed for this long: a retry carries the order as it was at the first attempt.
FRESH_FOR = timedelta(minutes=3)
# How long before its event an order says that it changed; one that says longer ago may be as it was before.
MAX_LAG = timedelta(seconds=10)
# What an answered order always has. The rest may be absent, because Wix leaves out what is empty.
ORDER_FIELDS = (
    "id",
    "number",
    "createdDate",
    "updatedDate",
    "status",
    "paymentStatus",
    "fulfillmentStatus",
    "currency",
    "lineItems",
    "buyerInfo",
    "priceSummary",
)
# How long before its event an order may have changed, when the event does not say.
EVENT_TIME_MARGIN = timedelta(seconds=5)
ORDER_EVENTS = frozenset(
    "wix.ecom.v1.order_" + slug
    for slug in ("created", "approved", "payment_status_updated", "updated", "canceled", "fulfilled", "committed")
) | {"wix.ecom.v1.fulfillments_updated"}
INSTALLATION_PREFIX = "wix.app.installations.v1.app_installation_"
KIND_BY_TYPE = {
    "AppInstalled": EventKind.INSTALLED,
    "AppRemoved": EventKind.REMOVED,
    INSTALLATION_PREFIX + "created": EventKind.INSTALLED,
    INSTALLATION_PREFIX + "deleted": EventKind.REMOVED,
}


def load_keys(texts: Sequence[str]) -> tuple[RSAPublicKey, ...]:
    """Public keys as PEM or as base64 of PEM. Raises ValueError for anything else."""
    return tuple(_load_key(text) for text in texts if text.strip())


def _load_key(text: str) -> RSAPublicKey:
    pem = text.replace("\\n", "\n").strip()
    try:
        if not pem.startswith("-----"):
            pem = base64.b64decode(pem, validate=True).decode()
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("a webhook key is neither a PEM public key nor base64 of one") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError("a webhook key is not an RSA key")
    return key


def parse(body: bytes, *, keys: Sequence[RSAPublicKey], app_id: str, now: datetime) -> PlatformEvent:
    """Raises InvalidWebhook unless one of the keys signed the body."""
    claims = _claims(body.strip(), keys)
    signed_at = _check_times(claims, now)
    token_hash = hashlib.sha256(body.strip()).hexdigest()
    try:
        envelope = _as_object(claims.get("data"))
        content = _as_object(envelope.get("data"))
        event = _event(envelope, content, app_id=app_id, signed_at=signed_at, token_hash=token_hash)
    except Exception:  # noqa: BLE001 - it was signed, so it is kept and looked at, whatever is wrong with it
        return PlatformEvent(token_hash, EventKind.OTHER, "", "", signed_at, unreadable=True)
    is_fresh = min(signed_at, event.happened_at) > now - FRESH_FOR
    if event.kind is EventKind.ORDER and not event.erases and is_fresh:
        return replace(event, order=_whole_order(content, event))
    return event


def _whole_order(content: Mapping[str, Any], event: PlatformEvent) -> OrderData | None:
    """The order in an event; None unless it is all there and readable, so that nothing is gained by asking for it.

    Of an order that was sent in part only its fulfillments tell how much is left.
    """
    entity = _entity(content)
    if entity.get("fulfillmentStatus") not in ("NOT_FULFILLED", "FULFILLED") or entity.get("id") != event.order_id:
        return None
    changed_at = _parse_time(entity.get("updatedDate"))
    if changed_at is None or event.happened_at - changed_at > MAX_LAG or not _says_what_happened(content, entity):
        return None
    if not all(entity.get(name) for name in ORDER_FIELDS) or not (entity.get("shippingInfo") or _is_digital(entity)):
        return None
    orders, _rejected = map_orders(read_orders([entity])[0], {})
    return orders[0] if orders and not orders[0].unread else None


def _says_what_happened(content: Mapping[str, Any], entity: Mapping[str, Any]) -> bool:
    """Whether the order has the status that the event tells of; otherwise it is as it was before."""
    action = _as_object(content.get("actionEvent") or {})
    facts = _as_object(action.get("body") or action.get("bodyAsJson") or {})
    match content.get("slug"):
        case "approved":
            return entity.get("status") == "APPROVED"
        case "canceled":
            return entity.get("status") == "CANCELED"
        case "fulfilled":
            return entity.get("fulfillmentStatus") == (facts.get("newFulfillmentStatus") or "FULFILLED")
        case "payment_status_updated":
            return entity.get("paymentStatus") != facts.get("previousPaymentStatus")
    return True


def _is_digital(entity: Mapping[str, Any]) -> bool:
    """Such an order has nothing about shipping. Wix fulfills it by itself."""
    return entity.get("fulfillmentStatus") == "FULFILLED"


def _claims(token: bytes, keys: Sequence[RSAPublicKey]) -> dict[str, Any]:
    """Key hints in the token's header are ignored."""
    for key in keys:
        try:
            claims = parse_json(SIGNATURES.decode(token, key, algorithms=["RS256"]))
        except jwt.InvalidSignatureError:
            continue
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise InvalidWebhook(type(error).__name__) from error
        if not isinstance(claims, dict):
            raise InvalidWebhook("no claims")
        return claims
    raise InvalidWebhook("no key fits")


def _check_times(claims: Mapping[str, Any], now: datetime) -> datetime:
    """When it was signed. A retry may carry its first, expired signature; its event id stops a replay."""
    try:
        signed_at = datetime.fromtimestamp(_seconds(claims["iat"]), UTC)
        expires_at = datetime.fromtimestamp(_seconds(claims["exp"]), UTC)
    except (KeyError, OverflowError, OSError, ValueError, TypeError) as error:
        raise InvalidWebhook("no moment") from error
    if signed_at - now > MAX_CLOCK_SKEW:
        raise InvalidWebhook("signed in the future")
    if now - expires_at > RESEND_WINDOW:
        raise InvalidWebhook("expired")
    return signed_at


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("not a number of seconds")
    return value


def _as_object(value: Any) -> dict[str, Any]:
    """JSON inside a string, or the object itself: Wix's samples and its types disagree."""
    parsed = parse_json(value) if isinstance(value, (str, bytes)) else value
    if not isinstance(parsed, dict):
        raise TypeError("not an object")
    return parsed


def _event(
    envelope: Mapping[str, Any], content: Mapping[str, Any], *, app_id: str, signed_at: datetime, token_hash: str
) -> PlatformEvent:
    event_type = clean_text(envelope.get("eventType") or "", 100)[0]
    installation = str(envelope.get("instanceId") or "")
    if not event_type or not is_id(installation):
        raise ValueError("neither type nor installation")
    entity = _entity(content)
    kind = _kind(event_type, entity)
    happened_at = _parse_time(content.get("eventTime")) or signed_at
    order_id = str(content.get("entityId") or entity.get("orderId") or entity.get("id") or "")
    if kind is EventKind.ORDER and not is_id(order_id):
        raise ValueError("no order")
    event_id, origin = str(content.get("id") or ""), str(content.get("originInstanceId") or "")
    return PlatformEvent(
        event_id=event_id if is_id(event_id) else token_hash,
        kind=kind,
        type=event_type,
        installation=installation,
        happened_at=happened_at,
        order_id=order_id if kind is EventKind.ORDER else "",
        changed_at=_parse_time(entity.get("updatedDate")) or happened_at - EVENT_TIME_MARGIN,
        erases=kind is EventKind.ORDER and content.get("triggeredByAnonymizeRequest") is True,
        by_us=_is_us(envelope.get("identity"), app_id),
        origin_installation=origin if is_id(origin) else "",
    )


def _kind(event_type: str, entity: Mapping[str, Any]) -> EventKind:
    if event_type in ORDER_EVENTS:
        return EventKind.ORDER
    if event_type == INSTALLATION_PREFIX + "updated":
        return EventKind.REMOVED if entity.get("status") == "UNINSTALLED" else EventKind.OTHER
    return KIND_BY_TYPE.get(event_type, EventKind.OTHER)


def _entity(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The order, its fulfillments or the installation in the event; empty when there is none.

    Each member has a twin whose name ends in ``AsJson`` and that holds a string.
    """
    for event, member in (
        ("createdEvent", "entity"),
        ("updatedEvent", "currentEntity"),
        ("deletedEvent", "deletedEntity"),
        ("actionEvent", "body"),
    ):
        inside = content.get(event)
        if isinstance(inside, dict):
            found = _as_object(inside.get(member) or inside.get(member + "AsJson") or {})
            return _as_object(found["order"]) if member == "body" and found.get("order") else found
    return {}


def _is_us(identity: Any, app_id: str) -> bool:
    who = _as_object(identity or {})
    return who.get("identityType") == "APP" and who.get("appId") == app_id


def _parse_time(value: Any) -> datetime | None:
    """Wix writes milliseconds up to nanoseconds."""
    if not isinstance(value, str) or not value:
        return None
    try:
        time = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
    except ValueError:
        return None
    return time if time.tzinfo and is_moment(time) else None

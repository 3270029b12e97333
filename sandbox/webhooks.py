"""Wix's webhooks: a signed JWT in three layers, retried until it is answered within 1,250 ms or given up.

Schedule and format follow dev.wix.com. Events are sent to installed apps only, and only while a URL is set.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone

from sandbox import switches
from sandbox.models import Delivery, Order, Site, new_id
from sandbox.response_overrides import with_overrides

# Seconds within which the app must answer 200.
ANSWER_TIMEOUT = 1.25
# Minutes before each retry.
RETRY_MINUTES = (1, 10, 60, 120, 120, 120, 240, 240, 240, 480, 480, 720)
# JWT headers by value of the switch `webhook_header`; None removes one. Wix's are unconfirmed.
HEADERS: dict[str, dict[str, Any]] = {"plain": {}, "bare": {"typ": None}, "kid": {"kid": "a-key-of-next-year"}}
# The raw type's names of members that are JSON strings.
TEXT_MEMBERS = {"entity": "entityAsJson", "currentEntity": "currentEntityAsJson", "body": "bodyAsJson"}
# What a stale order had when it was placed, and what a partial one lacks.
AS_PLACED = {"status": "INITIALIZED", "paymentStatus": "NOT_PAID", "fulfillmentStatus": "NOT_FULFILLED"}
MISSING = frozenset({"lineItems", "shippingInfo", "recipientInfo", "billingInfo", "priceSummary"})
# By value of the switch `webhook_order`.
FORMS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "whole": lambda order: order,
    "stale": lambda order: order | AS_PLACED | {"updatedDate": order["createdDate"]},
    "partial": lambda order: {name: value for name, value in order.items() if name not in MISSING},
    "absent": lambda _order: {},
}
REORDER_DELAY = timedelta(seconds=1)
MAX_CONCURRENT, IDLE_SECONDS = 8, 0.5
# The id of the invented Wix user who owns every site.
OWNER = "82708b79-5dec-4bcf-a390-ef2fae733c54"
_wake = threading.Event()
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Actor:
    """Who caused an event: the identity type, the key of its id, and the id."""

    kind: str
    key: str
    own_id: str

    @property
    def identity(self) -> dict[str, str]:
        return {"identityType": self.kind, self.key: self.own_id}


@dataclass(frozen=True)
class Event:
    """A domain event; ``payload`` builds its content from the order as a GET returns it."""

    slug: str
    payload: Callable[[dict[str, Any]], dict[str, Any]]
    fqdn: str = "wix.ecom.v1.order"
    type: str = ""
    anonymizes: bool = field(default=False, kw_only=True)

    @property
    def event_type(self) -> str:
        return self.type or f"{self.fqdn}_{self.slug}"


def owner_actor() -> Actor:
    return Actor("WIX_USER", "wixUserId", OWNER)


def buyer_actor(order: Order) -> Actor:
    visitor = (order.data.get("buyerInfo") or {}).get("visitorId") or order.order_id
    return Actor("ANONYMOUS_VISITOR", "anonymousVisitorId", visitor)


def app_actor() -> Actor:
    return Actor("APP", "appId", switches.current_app().app_id)


def created() -> Event:
    return Event("created", lambda order: {"createdEvent": {"entity": order}})


def updated(*, anonymizes: bool = False) -> Event:
    return Event("updated", lambda order: {"updatedEvent": {"currentEntity": order}}, anonymizes=anonymizes)


def action(slug: str, **more: Any) -> Event:
    """An action event, whose body is the order and ``more``."""
    return Event(slug, lambda order: {"actionEvent": {"body": {"order": order, **more}}})


def fulfillments_updated(listing: dict[str, Any]) -> Event:
    payload = {"updatedEvent": {"currentEntity": listing}}
    return Event("updated", lambda _order: payload, "wix.ecom.v1.fulfillments", type="wix.ecom.v1.fulfillments_updated")


def enqueue(order: Order, actor: Actor, *events: Event) -> None:
    """Queue events about an order for delivery."""
    enqueue_all([(order, actor, events)])


def enqueue_all(batch: Sequence[tuple[Order, Actor, Sequence[Event]]]) -> None:
    """Queue events about many orders, in the order given; a thousand orders take about a second."""
    values = switches.read()
    told = [row for row in batch if values["webhook_url"] and row[0].site.installed]
    deliveries = []
    for order, actor, events in told:
        entity = FORMS[values["webhook_order"]](with_overrides(order.data, values))
        for event in events:
            order.events += 1
            content = _format_members(event.payload(entity), values) | _domain_fields(order, event)
            deliveries.append(_delivery(order.site, event.event_type, content, actor, order.order_id, values))
    Order.objects.bulk_update([order for order, _actor, _events in told], ["events"], batch_size=200)
    _queue(deliveries, values)


def _format_members(payload: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Keep members as objects, or encode them as JSON strings like the raw type, as a switch says."""
    if values["webhook_payload"] == "objects":
        return payload
    return {
        kind: {TEXT_MEMBERS[name]: json.dumps(value) for name, value in members.items()}
        for kind, members in payload.items()
    }


def enqueue_app_event(site: Site, event_type: str) -> None:
    """Queue AppInstalled or AppRemoved, which have flat content and no event id."""
    values = switches.read()
    content = {"appId": switches.current_app().app_id}
    if site.origin_instance_id and event_type == "AppInstalled":
        content["originInstanceId"] = site.origin_instance_id
    if values["webhook_url"]:
        _queue([_delivery(site, event_type, content, owner_actor(), "", values)], values)


def _domain_fields(order: Order, event: Event) -> dict[str, Any]:
    return {
        "id": new_id(),
        "entityFqdn": event.fqdn,
        "slug": event.slug,
        "entityId": order.order_id,
        "eventTime": timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "triggeredByAnonymizeRequest": event.anonymizes,
        "originatedFrom": "",
        "entityEventSequence": str(order.events),
    }


def _delivery(
    site: Site, event_type: str, content: dict[str, Any], actor: Actor, order_id: str, values: dict[str, Any]
) -> Delivery:
    envelope = json.dumps(
        {
            "data": json.dumps(content),
            "instanceId": site.instance_id,
            "eventType": event_type,
            "identity": json.dumps(actor.identity),
        }
    )
    row = Delivery(site=site, url=values["webhook_url"], event_type=event_type, order_id=order_id)
    row.event_id, row.envelope = content.get("id", ""), envelope
    row.next_at = timezone.now() + timedelta(milliseconds=values["webhook_delay_ms"])
    return row


def _queue(rows: list[Delivery], values: dict[str, Any]) -> None:
    """Save deliveries, misbehaving as a switch says."""
    fault = values["webhook_fault"]
    before = Delivery.objects.count() if fault == "reorder" else 0
    for place, row in enumerate(rows):
        if fault == "drop":
            row.state = Delivery.State.LOST
        elif fault == "reorder" and (before + place) % 2 == 0:
            row.next_at += REORDER_DELAY
    Delivery.objects.bulk_create(rows, batch_size=200)
    if fault == "duplicate":
        for row in rows:
            row.pk = None
        Delivery.objects.bulk_create(rows, batch_size=200)
    transaction.on_commit(_wake.set)


def sign_delivery(envelope: str, values: dict[str, Any], first: datetime | None = None) -> str:
    """The signed body of a delivery; switches can make it invalid. ``first`` is the time of the first attempt."""
    fault, now = values["webhook_fault"], timezone.now()
    moment = first if first and values["webhook_retry_exp"] == "original" else now
    moment -= timedelta(days=2 if fault == "expired" else 0)
    claims = {"data": envelope, "iat": moment, "exp": moment + timedelta(seconds=values["webhook_exp_seconds"])}
    if fault == "unsigned":
        return jwt.encode(claims, "", algorithm="none")
    if fault == "bad_signature":
        return jwt.encode(claims, rsa.generate_private_key(public_exponent=65537, key_size=2048), algorithm="RS256")
    headers = HEADERS[values["webhook_header"]]
    return jwt.encode(claims, _private_key(switches.current_app().private_key), algorithm="RS256", headers=headers)


@lru_cache(maxsize=4)
def _private_key(pem: str) -> rsa.RSAPrivateKey:
    """Cached, because loading a key takes a hundred times as long as signing."""
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the app's webhook key is not an RSA key")
    return key


def deliver_due(now: datetime | None = None) -> int:
    """Attempt due deliveries concurrently; returns the number of attempts."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now or timezone.now())
    rows = list(due.order_by("next_at", "pk")[: 5 * MAX_CONCURRENT])
    if not rows:
        return 0
    values = switches.read()
    bodies = [sign_delivery(row.envelope, values, row.first_at) for row in rows]
    kinds = [values["webhook_content_type"]] * len(rows)
    with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
        answers = list(pool.map(_post, [row.url for row in rows], bodies, kinds))
    for row, (answer, taken) in zip(rows, answers, strict=True):
        _record(row, answer, taken, values["webhook_time_scale"])
    Delivery.objects.bulk_update(rows, ["last_answer", "attempts", "first_at", "state", "next_at"])
    return len(rows)


def _record(row: Delivery, answer: str, taken: bool, scale: float) -> None:
    row.attempts, row.last_answer = row.attempts + 1, answer
    row.first_at = row.first_at or timezone.now()
    if taken:
        row.state = Delivery.State.DELIVERED
    elif row.attempts > len(RETRY_MINUTES):
        row.state = Delivery.State.LOST
    else:
        row.next_at = timezone.now() + timedelta(minutes=RETRY_MINUTES[row.attempts - 1] * scale)


def _post(url: str, body: str, kind: str = "text/plain") -> tuple[str, bool]:
    """Status or error as text, and whether the webhook counts as delivered."""
    started = time.monotonic()
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                url,
                data=body,
                headers={"Content-Type": kind} if kind else {},
                timeout=ANSWER_TIMEOUT,
                allow_redirects=False,
            )
    except requests.RequestException as error:
        return type(error).__name__, False
    took = time.monotonic() - started
    if took > ANSWER_TIMEOUT:
        return f"{answer.status_code} after {took * 1000:.0f} ms", False
    return str(answer.status_code), answer.status_code == 200


def start() -> None:
    """Deliver in a background thread."""
    threading.Thread(target=_deliver_forever, name="webhooks", daemon=True).start()


def _deliver_forever() -> None:
    while True:
        _wake.wait(IDLE_SECONDS)
        _wake.clear()
        try:
            while deliver_due():
                pass
        except DatabaseError:
            log.exception("Webhooks could not be delivered; trying again.")
            close_old_connections()

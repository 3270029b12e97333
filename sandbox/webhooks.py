"""Wix's webhooks: a signed JWT in three layers, retried until it is answered within 1,250 ms or given up.

Schedule and format follow dev.wix.com. Events are sent to installed apps only, and only while a URL is set.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
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
    """A domain event; ``payload`` builds its content from the order."""

    slug: str
    payload: Callable[[Order], dict[str, Any]]
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


def _order_entity(order: Order) -> dict[str, Any]:
    """The order as a GET returns it."""
    return with_overrides(order.data, switches.read())


def created() -> Event:
    return Event("created", lambda order: {"createdEvent": {"entity": _order_entity(order)}})


def updated(*, anonymizes: bool = False) -> Event:
    return Event(
        "updated", lambda order: {"updatedEvent": {"currentEntity": _order_entity(order)}}, anonymizes=anonymizes
    )


def action(slug: str, **more: Any) -> Event:
    """An action event, whose body is the order and ``more``."""
    return Event(slug, lambda order: {"actionEvent": {"body": {"order": _order_entity(order), **more}}})


def fulfillments_updated(listing: dict[str, Any]) -> Event:
    payload = {"updatedEvent": {"currentEntity": listing}}
    return Event("updated", lambda _order: payload, "wix.ecom.v1.fulfillments", type="wix.ecom.v1.fulfillments_updated")


def enqueue(order: Order, actor: Actor, *events: Event) -> None:
    """Queue events about an order for delivery."""
    url = switches.read()["webhook_url"]
    if not url or not order.site.installed:
        return
    for event in events:
        order.events += 1
        content = _format_members(event.payload(order)) | _domain_fields(order, event)
        _queue(order.site, url, event.event_type, content, actor, order.order_id)
    Order.objects.filter(pk=order.pk).update(events=order.events)


def _format_members(payload: dict[str, Any]) -> dict[str, Any]:
    """Keep members as objects, or encode them as JSON strings like the raw type, as a switch says."""
    if switches.read()["webhook_payload"] == "objects":
        return payload
    return {
        kind: {TEXT_MEMBERS[name]: json.dumps(value) for name, value in members.items()}
        for kind, members in payload.items()
    }


def enqueue_app_event(site: Site, event_type: str) -> None:
    """Queue AppInstalled or AppRemoved, which have flat content and no event id."""
    url = switches.read()["webhook_url"]
    content = {"appId": switches.current_app().app_id}
    if site.origin_instance_id and event_type == "AppInstalled":
        content["originInstanceId"] = site.origin_instance_id
    if url:
        _queue(site, url, event_type, content, owner_actor(), "")


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


def _queue(site: Site, url: str, event_type: str, content: dict[str, Any], actor: Actor, order_id: str) -> None:
    values = switches.read()
    envelope = json.dumps(
        {
            "data": json.dumps(content),
            "instanceId": site.instance_id,
            "eventType": event_type,
            "identity": json.dumps(actor.identity),
        }
    )
    row = Delivery(site=site, url=url, event_type=event_type, event_id=content.get("id", ""), order_id=order_id)
    row.envelope, row.next_at = envelope, timezone.now() + timedelta(milliseconds=values["webhook_delay_ms"])
    fault = values["webhook_fault"]
    if fault == "drop":
        row.state = Delivery.State.LOST
    elif fault == "reorder" and Delivery.objects.count() % 2 == 0:
        row.next_at += REORDER_DELAY
    row.save()
    if fault == "duplicate":
        row.pk = None
        row.save(force_insert=True)
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
    values = switches.read()
    bodies = [sign_delivery(row.envelope, values, row.first_at) for row in rows]
    kinds = [values["webhook_content_type"]] * len(rows)
    with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
        answers = list(pool.map(_post, [row.url for row in rows], bodies, kinds))
    for row, (answer, taken) in zip(rows, answers, strict=True):
        _record(row, answer, taken, values["webhook_time_scale"])
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
    row.save(update_fields=["last_answer", "attempts", "first_at", "state", "next_at"])


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

"""A third label gateway, in memory, to test that no other code depends on which gateways exist."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from carriers.gateways.base import (
    AccountIdentity,
    AccountMessages,
    AlreadyScanned,
    InvalidWebhook,
    Tracking,
    TrackingEvent,
    WebhookSubscription,
)
from carriers.labels import draw_documents
from carriers.parcels import Registration
from carriers.tracking_status import TrackingStatus
from lib.http import ApiUnauthorized

KEY = "key-of-the-fake-gateway"


@dataclass
class FakeGateway:
    """Is its own provider: every shop has the same account."""

    name: str = "Postbode"
    account: AccountMessages = field(default_factory=lambda: AccountMessages(_("Name"), _("Street")))
    registered: dict[str, Registration] = field(default_factory=dict)
    scans: dict[str, TrackingEvent] = field(default_factory=dict)
    canceled: list[str] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)

    hooks = ("status",)
    is_sandbox = False

    def sandbox_key(self):
        raise LookupError

    def open(self, key, *, allocate, sleep, sender):
        self.check_credentials(key)
        return self

    def check_credentials(self, key):
        if key != KEY:
            raise ApiUnauthorized("a wrong key", status=401)
        return AccountIdentity()

    def read_terms(self, key):
        return None

    def read_price(self, key, question):
        return None

    def subscriptions(self, key):
        return [WebhookSubscription(int(number), "status", url) for number, url in self.urls.items()]

    def subscribe(self, key, urls):
        self.urls["1"] = urls["status"]
        return {"status": 1}

    def unsubscribe(self, key, ids):
        for one in ids:
            del self.urls[one]

    def parse_webhook(self, headers, body, key):
        if headers.get("Authorization") != key:
            raise InvalidWebhook
        return body.decode().split(",")

    def register(self, consignments):
        for number, one in enumerate(consignments, start=1):
            url = f"https://postbode.example/{number}"
            self.registered[one.reference] = Registration(one.reference, f"PB{number}", url, f"id-{number}", 495)
        return [self.registered[one.reference] for one in consignments]

    def find_registrations(self, consignments):
        return {}

    def render_labels(self, labels, layout, start):
        return draw_documents(labels, layout, start, with_forms=True)

    def sheet_slots(self, labels):
        return len(labels)

    def cancel(self, external_id):
        if external_id in self.scans:
            raise AlreadyScanned
        self.canceled.append(external_id)

    def track(self, external_ids):
        made = {one.external_id for one in self.registered.values()}
        return {one: self._tracking(one) for one in external_ids if one in made}

    def _tracking(self, external_id):
        scan = self.scans.get(external_id)
        if scan is None:
            return Tracking(external_id, TrackingStatus.ANNOUNCED, is_final=False)
        return Tracking(external_id, scan.status, scan.status.is_final, scans=(scan,))

    def register_return(self, order):
        raise NotImplementedError


GATEWAY = FakeGateway()


def build():
    return GATEWAY

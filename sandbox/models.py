"""The Wix sandbox's data: the app, sites, orders as Wix's JSON, fulfillments, mails and webhooks."""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone


def new_id() -> str:
    return str(uuid.uuid4())


class App(models.Model):
    """The only app, its keys, and the switches that differ from their defaults."""

    app_id = models.CharField(max_length=64, default=new_id)
    secret = models.CharField(max_length=200)
    private_key = models.TextField()
    public_key = models.TextField()
    switches = models.JSONField(default=dict)


class Site(models.Model):
    """A site of the invented Wix account."""

    site_id = models.CharField(max_length=64, unique=True, default=new_id)
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=200)
    has_stores = models.BooleanField(default=True)
    # The merchant's setting "Shipping confirmation"; the API can neither read nor change it.
    sends_mail = models.BooleanField(default=True)
    # Assigned on the first install; it never changes.
    instance_id = models.CharField(max_length=64, unique=True, default=new_id)
    # The instance of the site that this one is a duplicate of.
    origin_instance_id = models.CharField(max_length=64, blank=True)
    installed = models.BooleanField(default=False)
    next_number = models.PositiveIntegerField(default=10201)

    @property
    def host(self) -> str:
        """The site's address as a site picker shows it."""
        return self.url.removeprefix("https://").removeprefix("www.")


class Token(models.Model):
    value = models.CharField(max_length=100, unique=True)
    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()


class Order(models.Model):
    """``data`` is the JSON that a GET returns; the columns are the index that searches use.

    The index may lag: until ``visible_at`` searches return ``shown`` instead (None for a new order: not found).
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="orders")
    order_id = models.CharField(max_length=64, unique=True, default=new_id)
    number = models.CharField(max_length=30, db_index=True)
    buyer = models.CharField(max_length=400, default="")
    status = models.CharField(max_length=40)
    payment_status = models.CharField(max_length=40)
    fulfillment_status = models.CharField(max_length=40)
    archived = models.BooleanField(default=False)
    created = models.DateTimeField()
    updated = models.DateTimeField()
    visible_at = models.DateTimeField(null=True, blank=True)
    data = models.JSONField()
    shown = models.JSONField(null=True, blank=True)
    # The number of webhook events of this order: the last `entityEventSequence`.
    events = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["site", "created", "id"], name="order_created"),
            models.Index(fields=["site", "updated", "id"], name="order_updated"),
            models.Index(
                fields=["site", "status", "payment_status", "fulfillment_status", "created", "id"], name="order_open"
            ),
            models.Index(fields=["visible_at"], condition=models.Q(visible_at__isnull=False), name="order_lagging"),
        ]

    def update_columns(self) -> None:
        """Copy the indexed values from ``data``."""
        data: dict[str, Any] = self.data
        self.status, self.payment_status = data.get("status", ""), data.get("paymentStatus", "")
        self.fulfillment_status = data.get("fulfillmentStatus", "")
        self.archived = bool(data.get("archived"))
        self.buyer = search_text_of(data)

    @property
    def place(self) -> dict[str, Any]:
        """Contact and address of the destination in one dictionary, for pages and mails."""
        return destination_of(self.data)


def destination_of(data: dict[str, Any]) -> dict[str, Any]:
    logistics = (data.get("shippingInfo") or {}).get("logistics") or {}
    place = logistics.get("shippingDestination") or data.get("recipientInfo") or {}
    return {**(place.get("contactDetails") or {}), **(place.get("address") or {})}


def search_text_of(data: dict[str, Any]) -> str:
    """Name, company, city and e-mail address, which the orders page searches."""
    place = destination_of(data)
    parts = [place.get(name) for name in ("firstName", "lastName", "company", "city")]
    parts.append((data.get("buyerInfo") or {}).get("email"))
    return " ".join(str(part) for part in parts if part)[:400]


class Fulfillment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfillments")
    fulfillment_id = models.CharField(max_length=64, unique=True, default=new_id)
    tracking_number = models.CharField(max_length=100, blank=True, db_index=True)
    data = models.JSONField()
    created = models.DateTimeField(default=timezone.now)


class Mail(models.Model):
    """A mail that Wix would have sent to the buyer."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="mails")
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    tracking_number = models.CharField(max_length=100, blank=True)
    tracking_link = models.CharField(max_length=2048, blank=True)
    provider = models.CharField(max_length=100, blank=True)
    sent = models.DateTimeField(default=timezone.now)


class Delivery(models.Model):
    """A webhook delivery; like Wix, retries repeat the first content."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        # Rejected thirteen times, or dropped by a switch.
        LOST = "lost"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="deliveries")
    event_type = models.CharField(max_length=60)
    event_id = models.CharField(max_length=64, blank=True)
    order_id = models.CharField(max_length=64, blank=True)
    url = models.CharField(max_length=500)
    # The `data` claim of the JWT: the second of three layers.
    envelope = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_answer = models.CharField(max_length=200, blank=True)
    # The first attempt; with a switch, retries carry that time in their claims.
    first_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["state", "next_at"], name="delivery_due")]

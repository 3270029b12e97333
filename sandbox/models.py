"""What the stand-in remembers: its app, sites, orders as Wix's JSON, fulfillments and mails."""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone


def new_id() -> str:
    return str(uuid.uuid4())


class App(models.Model):
    """The one app (ours), its keys, and the knobs of the stand-in."""

    app_id = models.CharField(max_length=64, default=new_id)
    secret = models.CharField(max_length=200)
    private_key = models.TextField()
    public_key = models.TextField()
    knobs = models.JSONField(default=dict)


class Site(models.Model):
    """A site of the invented Wix account."""

    site_id = models.CharField(max_length=64, unique=True, default=new_id)
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=200)
    has_stores = models.BooleanField(default=True)
    sends_mail = models.BooleanField(default=True)
    instance_id = models.CharField(max_length=64, unique=True, default=new_id)
    """Given on the first install and the same ever after."""
    installed = models.BooleanField(default=False)
    next_number = models.PositiveIntegerField(default=10201)


class Token(models.Model):
    value = models.CharField(max_length=100, unique=True)
    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()


class Order(models.Model):
    """An order: ``data`` is its JSON as Wix answers it, the columns are what searches filter on most."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="orders")
    order_id = models.CharField(max_length=64, unique=True, default=new_id)
    number = models.CharField(max_length=30, db_index=True)
    status = models.CharField(max_length=20)
    payment_status = models.CharField(max_length=30)
    fulfillment_status = models.CharField(max_length=30)
    archived = models.BooleanField(default=False)
    created = models.DateTimeField()
    updated = models.DateTimeField()
    visible_at = models.DateTimeField(default=timezone.now)
    """Searches show a change only from here on; a GET shows it at once."""
    data = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["site", "created", "id"], name="order_created"),
            models.Index(fields=["site", "updated", "id"], name="order_updated"),
        ]

    def take_columns(self) -> None:
        """The columns follow the JSON."""
        data: dict[str, Any] = self.data
        self.status, self.payment_status = data.get("status", ""), data.get("paymentStatus", "")
        self.fulfillment_status = data.get("fulfillmentStatus", "")
        self.archived = bool(data.get("archived"))


class Fulfillment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfillments")
    fulfillment_id = models.CharField(max_length=64, unique=True, default=new_id)
    tracking_number = models.CharField(max_length=100, blank=True, db_index=True)
    data = models.JSONField()
    created = models.DateTimeField(default=timezone.now)


class Mail(models.Model):
    """A mail a buyer would have received."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="mails")
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    tracking_number = models.CharField(max_length=100, blank=True)
    tracking_link = models.CharField(max_length=2048, blank=True)
    provider = models.CharField(max_length=100, blank=True)
    sent = models.DateTimeField(default=timezone.now)

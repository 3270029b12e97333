"""The MyParcel sandbox's data: one account, shipments with their tracking events, and webhooks."""

import secrets
from typing import Any

from django.db import models
from django.utils import timezone

# Added to primary keys, so that no client mistakes an id for a row number.
FIRST_ID = 412_200_100
ACCOUNT, SHOP = 90_417, 55_120


def new_key() -> str:
    return secrets.token_hex(20)


class Account(models.Model):
    """The only account, with the API key of its first shop."""

    api_key = models.CharField(max_length=100, default=new_key)
    switches = models.JSONField(default=dict)


class FurtherShop(models.Model):
    """Another shop of the account, with an API key and a sender of its own."""

    api_key = models.CharField(max_length=100, default=new_key, unique=True)
    company = models.CharField(max_length=50)

    @property
    def number(self) -> int:
        return SHOP + self.pk


class Parcel(models.Model):
    """A shipment; ``data`` is its request body with the defaults filled in."""

    class Kind(models.IntegerChoices):
        STANDARD = 1
        RETURN = 2
        MULTI_COLLO = 3

    shop = models.PositiveIntegerField(default=SHOP)
    kind = models.PositiveSmallIntegerField(choices=Kind.choices, default=Kind.STANDARD)
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="returned_by")
    main = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="secondary")
    reference = models.CharField(max_length=255, blank=True, db_index=True)
    status = models.PositiveSmallIntegerField(default=1, db_index=True)
    barcode = models.CharField(max_length=40, null=True, unique=True)
    delayed = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    data = models.JSONField(default=dict)
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(default=timezone.now)

    @property
    def number(self) -> int:
        return FIRST_ID + self.pk

    @property
    def pieces(self) -> list["Parcel"]:
        """Its further parcels in their order; read with it where it was asked for by ``find_by_ids``."""
        return sorted(self.secondary.all(), key=lambda piece: piece.pk)

    @property
    def recipient(self) -> dict[str, Any]:
        place: dict[str, Any] = self.data.get("recipient") or {}
        return place

    @property
    def country(self) -> str:
        return str(self.recipient.get("cc", ""))


class Step(models.Model):
    """A tracking event of a shipment."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="steps")
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    delayed = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]


class Prepared(models.Model):
    """A PDF behind a link; its first ``waits`` requests answer that it is not ready."""

    token = models.CharField(max_length=64, unique=True, default=new_key)
    numbers = models.JSONField()
    layout = models.CharField(max_length=2)
    positions = models.JSONField(default=list)
    waits = models.PositiveIntegerField(default=0)


class Subscription(models.Model):
    """The URL of a hook; one per hook and shop, whichever program set it."""

    shop = models.PositiveIntegerField(default=SHOP)
    hook = models.CharField(max_length=60)
    url = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "hook"], name="subscription_once")]


class Notice(models.Model):
    """A webhook delivery."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        LOST = "lost"

    shop = models.PositiveIntegerField(default=SHOP)
    hook = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    body = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_answer = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField(default=timezone.now, db_index=True)
    created = models.DateTimeField(default=timezone.now)

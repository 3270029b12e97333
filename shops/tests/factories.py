"""Rows with valid defaults; every field can be overridden."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import COUNTER
from lib.crypto import encrypt
from shops.models import GatewayAccount, Invitation, Membership, PackagePreferences, ShippingRule, Shop
from shops.services.shipping_rules import add_rule
from shops.services.team import hash_token


def make_shop(**fields: object) -> Shop:
    """A shop with preferences and without a sender address."""
    shop = Shop.objects.create(**({"name": f"Shop {next(COUNTER)}"} | fields))
    PackagePreferences.objects.create(shop=shop)
    return shop


def give_key(shop: Shop) -> GatewayAccount:
    """From now on this shop's labels are real ones, of the gateway in memory."""
    sealed = encrypt("acmepost-key", f"label-account:{shop.public_id}")
    return GatewayAccount.objects.create(shop=shop, gateway="acmepost", api_key_encrypted=sealed)


def make_member(shop: Shop, user: User, role: str = "staff") -> Membership:
    return Membership.objects.create(shop=shop, user=user, role=role)


def make_invitation(shop: Shop, token: str = "token", **fields: object) -> Invitation:
    """An open invitation behind this token, for a week."""
    defaults = {"email": f"guest{next(COUNTER)}@example.com", "expires_at": timezone.now() + timedelta(days=7)}
    return Invitation.objects.create(shop=shop, token_hash=hash_token(token), **(defaults | fields))


def make_rule(shop: Shop, **fields: object) -> ShippingRule:
    """Behind the other rules of the shop; with a letterbox parcel unless another change is given."""
    changes = {} if set(fields) & set(ShippingRule.CHANGE_FIELDS) else {"package_type": "mailbox"}
    return add_rule(shop, {"name": f"Rule {next(COUNTER)}"} | changes | fields, by=None)

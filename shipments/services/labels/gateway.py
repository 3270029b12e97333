"""Opens the label gateway of a shop with the shop's credentials."""

import time
from functools import partial

from carriers.gateways import GATEWAYS, LOCAL, get_gateway
from carriers.gateways.base import LabelGateway, Sleep
from lib.http import ApiUnauthorized
from shipments.services.labels.barcode_numbers import allocate_numbers
from shops.models import GatewayAccount, Shop
from shops.services import gateway_accounts, practice
from shops.services.gateway_senders import StoredSenderPolicy


def gateway_name(shop_id: int) -> str:
    """Who makes the labels now: LOCAL, which makes test labels, while a shop practices or has no API key."""
    found = Shop.objects.filter(pk=shop_id).values_list("practice_mode", "gateway_account__gateway").first()
    is_practice, gateway = found or (False, None)
    return LOCAL if is_practice else gateway or LOCAL


def held_gateway(shop_id: int) -> str:
    """As ``gateway_name``; practice mode stays as it is until the caller's transaction ends."""
    return LOCAL if practice.hold(shop_id) else account_gateway(shop_id)


def account_gateway(shop_id: int) -> str:
    """Who is asked what is possible, which changes nothing there: LOCAL, which cannot say, without an API key."""
    return GatewayAccount.objects.filter(shop=shop_id).values_list("gateway", flat=True).first() or LOCAL


def open_gateway(shop_id: int, name: str, *, pause: Sleep = time.sleep) -> LabelGateway:
    """Raises ApiUnauthorized when the shop's API key is missing or cannot be decrypted."""
    key = "" if name == LOCAL else _key(shop_id, name)
    sender = StoredSenderPolicy(shop_id, name)
    return get_gateway(name).open(key, allocate=partial(allocate_numbers, shop_id), sleep=pause, sender=sender)


def _key(shop_id: int, name: str) -> str:
    account = GatewayAccount.objects.select_related("shop").filter(shop=shop_id, gateway=name).first()
    if account is None or name not in GATEWAYS:
        raise ApiUnauthorized("this shop has no key any more", status=401)
    return gateway_accounts.decrypt_api_key(account)

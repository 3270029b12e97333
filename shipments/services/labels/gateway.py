"""Opens the label gateway of a shop with the shop's credentials."""

import time
from functools import partial

from carriers.gateways import GATEWAYS, LOCAL, get_gateway
from carriers.gateways.base import LabelGateway, Sleep
from lib.http import ApiUnauthorized
from shipments.services.labels.barcode_numbers import allocate_numbers
from shops.models import GatewayAccount
from shops.services import gateway_accounts
from shops.services.gateway_senders import StoredSenderPolicy


def gateway_name(shop_id: int) -> str:
    """LOCAL, which makes test labels, for a shop without an API key."""
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

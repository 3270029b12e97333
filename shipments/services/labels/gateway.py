"""Which label gateway a shop uses, opened with its own credentials."""

import time
from functools import partial

from carriers.gateways import GATEWAYS, LOCAL, get_gateway
from carriers.gateways.base import LabelGateway, Sleep
from lib.http import ApiUnauthorized
from shipments.services.labels.barcode_numbers import allocate_numbers
from shops.models import GatewayAccount
from shops.services import gateway_accounts


def gateway_name(shop_id: int) -> str:
    """With a key of its own a shop makes real labels; without one, test labels."""
    return GatewayAccount.objects.filter(shop=shop_id).values_list("gateway", flat=True).first() or LOCAL


def open_gateway(shop_id: int, name: str, *, pause: Sleep = time.sleep) -> LabelGateway:
    """The gateway of this name. ApiUnauthorized when the shop's key for it is gone or cannot be read."""
    key = "" if name == LOCAL else _key(shop_id, name)
    return get_gateway(name).open(key, allocate=partial(allocate_numbers, shop_id), sleep=pause)


def _key(shop_id: int, name: str) -> str:
    account = GatewayAccount.objects.select_related("shop").filter(shop=shop_id, gateway=name).first()
    if account is None or name not in GATEWAYS:
        raise ApiUnauthorized("this shop has no key any more", status=401)
    return gateway_accounts.decrypt_api_key(account)

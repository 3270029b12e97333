"""Which label gateway a shop uses, opened with its own credentials."""

import time
from functools import partial

from carriers.gateways import LOCAL, MYPARCEL
from carriers.gateways.base import LabelGateway, Sleep
from carriers.gateways.local import LocalGateway
from carriers.gateways.myparcel import MyParcelGateway
from lib.http import ApiUnauthorized
from shipments.services.labels.barcode_numbers import take_numbers
from shops.models import LabelAccount
from shops.services import gateway_accounts


def gateway_name(shop_id: int) -> str:
    """With a key of its own a shop makes real labels; without one, test labels."""
    return MYPARCEL if LabelAccount.objects.filter(shop=shop_id).exists() else LOCAL


def open_gateway(shop_id: int, name: str, *, pause: Sleep = time.sleep) -> LabelGateway:
    """The gateway of this name. ApiUnauthorized when the shop's key is gone or cannot be read."""
    if name != MYPARCEL:
        return LocalGateway(partial(take_numbers, shop_id))
    account = LabelAccount.objects.select_related("shop").filter(shop=shop_id).first()
    if account is None:
        raise ApiUnauthorized("this shop has no key any more", status=401)
    return MyParcelGateway(gateway_accounts.api_for_myparcel(), gateway_accounts.key_of(account), pause=pause)

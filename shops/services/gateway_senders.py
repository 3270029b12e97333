"""Which sender a gateway prints: the shop's, or the address that belongs to the key."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.utils import timezone

from carriers.gateways.base import SenderPolicy
from carriers.parcels import Address
from shops.models import GatewayAccount, Shop

# How long a refusal is believed before the shop's sender is tried again.
REFUSAL_HOLDS = timedelta(days=7)
PLACE = ("country", "postal_code", "city", "street", "number", "suffix")


class StoredSenderPolicy(SenderPolicy):
    """Kept on the shop's gateway account, for all processes."""

    def __init__(self, shop_id: int, gateway: str) -> None:
        self._accounts = GatewayAccount.objects.filter(shop=shop_id, gateway=gateway)

    def is_sent(self) -> bool:
        refused = self._accounts.filter(sender_accepted=False, sender_answered_at__gt=timezone.now() - REFUSAL_HOLDS)
        return not refused.exists()

    def record(self, *, accepted: bool | None, printed: Address | None = None) -> None:
        changes: dict[str, object] = {}
        if accepted is not None:
            changes |= {"sender_accepted": accepted, "sender_answered_at": timezone.now()}
        if printed is not None and not accepted:
            changes["account_sender"] = asdict(printed)
        self._accounts.update(**changes) if changes else None


@dataclass(frozen=True, slots=True)
class PrintedSender:
    """``address`` is printed on the next label, None when that is not known.

    ``is_ours``: it is the one of our settings; None while the gateway has not been asked to print that one.
    ``differs``: the gateway's own address is another one than ours.
    """

    address: Address | None
    is_ours: bool | None
    differs: bool = False


def printed_sender(shop: Shop) -> PrintedSender:
    """Test labels bear the shop's address. Reads ``gateway_account``."""
    account: GatewayAccount | None = getattr(shop, "gateway_account", None)
    if account is None or account.sender_accepted:
        return PrintedSender(shop.sender, is_ours=True)
    theirs = account.own_sender
    differs = theirs is not None and not same_place(theirs, shop.sender)
    if account.sender_accepted is None:
        return PrintedSender(theirs, is_ours=None, differs=differs)
    return PrintedSender(theirs, is_ours=False, differs=differs)


def same_place(one: Address, other: Address) -> bool:
    return all(_bare(getattr(one, name)) == _bare(getattr(other, name)) for name in PLACE)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()

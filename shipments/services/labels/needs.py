"""What a shop still needs before a label can be made: the one answer for every page, window and job."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.gateways import DEFAULT_GATEWAY, gateway_display_name
from shops.models import Shop

SENDER, KEY = "sender", "no_key"
NEED_CODES = (SENDER, KEY)
NO_SENDER_MESSAGE = _("Your sender address is incomplete.")
NO_KEY_MESSAGE = _("Your shop has no {gateway} API key, and nobody chose to practise with test labels.")


@dataclass(frozen=True, slots=True)
class LabelNeed:
    """``code`` is also that of the job items that fail for it, ``name`` stands in a list of what is missing."""

    code: str
    name: Promise
    message: Promise


def label_needs(shop: Shop) -> list[LabelNeed]:
    """In the order in which they are asked for. Reads ``gateway_account``.

    Paper is none of them: a shop has a format from its first day, and the label window asks with every file.
    """
    gateway = gateway_display_name(DEFAULT_GATEWAY)
    needs = []
    if not shop.has_sender:
        needs.append(LabelNeed(SENDER, _("sender address"), NO_SENDER_MESSAGE))
    may_be_tests = shop.is_practicing or shop.practice_mode
    if not may_be_tests and getattr(shop, "gateway_account", None) is None:
        needs.append(
            LabelNeed(
                KEY,
                format_lazy(_("{gateway} API key, or the choice to practise"), gateway=gateway),
                format_lazy(NO_KEY_MESSAGE, gateway=gateway),
            )
        )
    return needs

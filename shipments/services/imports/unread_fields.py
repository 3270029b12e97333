"""What of an order was there and could not be read, told where the merchant would miss it. Pure functions."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from integrations.orders import OrderData, Unread
from shipments.services.imports.notes import Note

# The import page shows these notes of a row.
UNREAD_FIELD = "unread"
NAMES = {
    Unread.ADDRESS: _("a part of the address"),
    Unread.NAME: _("a part of the name"),
    Unread.PHONE: _("the phone number"),
    Unread.EMAIL: _("the email address"),
    Unread.COMPANY: _("the company name"),
    Unread.NUMBER: _("the order number"),
    Unread.PLACED_AT: _("the date of the order"),
    Unread.DELIVERY_MOMENT: _("the delivery moment that the buyer chose"),
    Unread.PICKUP: _("the pick-up point that the buyer chose"),
    Unread.SHIPPING_METHOD: _("the shipping method"),
    Unread.REMARK: _("the remark of the buyer"),
    Unread.ANSWERS: _("an answer to a question at the checkout"),
    Unread.CURRENCY: _("the currency"),
    Unread.TOTAL: _("the total amount"),
    Unread.ARTICLE: _("the weight or number of an article"),
    Unread.ARTICLE_NAME: _("the name of an article"),
    Unread.ARTICLE_NUMBER: _("the article number (SKU)"),
    Unread.WEIGHT: _("the weight of an article"),
    Unread.WEIGHT_UNIT: _("the unit of the weights"),
    Unread.PRICE: _("the price of an article"),
    Unread.REFUNDED_PIECES: _("how many pieces of an article were refunded"),
    Unread.SHIPPABLE: _("whether an article has to be shipped"),
}


def unread_notes(order: OrderData) -> list[Note]:
    """One note for all of it. What only the reading itself needs, such as when the order changed, is nobody's worry."""
    missing = [NAMES[part] for part in order.unread if part in NAMES]
    if not missing:
        return []
    return [Note(UNREAD_FIELD, "unread", _message(missing))]


def _message(missing: Sequence[Promise]) -> Promise:
    listed = format_lazy(", ".join("{}" for _part in missing), *missing)
    return format_lazy(
        _("We could not read this in the order, so we left it out: {missing}. Check it in the webshop."),
        missing=listed,
    )

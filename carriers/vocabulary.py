"""The carriers, package types and options a merchant can choose, with the names they have on the page."""

from django.utils.translation import gettext_lazy as _

CARRIERS = {
    "postnl": "PostNL",
    "dhlforyou": "DHL For You",
    "dhlparcelconnect": "DHL Parcel Connect",
    "dhleuroplus": "DHL Europlus",
}
"""Carriers that are part of every MyParcel account; the others need a contract or subscription of the shop's own."""

PACKAGE_TYPES = {
    "package": _("Parcel"),
    "mailbox": _("Letterbox parcel"),
    "package_small": _("Small parcel"),
    "digital_stamp": _("Digital stamp"),
    "letter": _("Unfranked label"),
}
DELIVERY_TYPES = {
    "standard": _("Standard delivery"),
    "morning": _("Morning delivery"),
    "evening": _("Evening delivery"),
}
"""Pick-up points are left out: an order from a webshop does not say which one."""

OPTIONS = {
    "signature": _("Signature on delivery"),
    "only_recipient": _("Recipient only"),
    "age_check": _("Age check 18+"),
    "return_to_sender": _("Return at once if nobody is home"),
    "large_format": _("Large format"),
}
ZONE_NAMES = {
    "NL": _("the Netherlands"),
    "BE": _("Belgium"),
    "EU": _("the rest of the EU"),
    "ROW": _("countries outside the EU"),
}

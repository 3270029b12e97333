"""The carriers, package types and options a merchant can choose, with their display names."""

from django.utils.translation import gettext_lazy as _

# Carriers that every account can use.
CARRIERS = {
    "postnl": "PostNL",
    "dhlforyou": "DHL For You",
    "dhlparcelconnect": "DHL Parcel Connect",
    "dhleuroplus": "DHL Europlus",
}

# Carriers that need the shop's own contract or subscription.
CONTRACT_CARRIERS = {
    "dpd": "DPD",
    "upsstandard": "UPS Standard",
    "upsexpresssaver": "UPS Express Saver",
    "gls": "GLS",
    "trunkrs": "Trunkrs",
}

PACKAGE_TYPES = {
    "package": _("Parcel"),
    "mailbox": _("Letterbox parcel"),
    "package_small": _("Small parcel"),
    "digital_stamp": _("Digital stamp"),
    "letter": _("Unfranked label"),
}
# What preferences can ask for: a pick-up point is chosen for each parcel.
DELIVERY_TYPES = {
    "standard": _("Standard delivery"),
    "morning": _("Morning delivery"),
    "evening": _("Evening delivery"),
    # Only of carriers under contract.
    "same_day": _("Same-day delivery"),
    "express": _("Express delivery"),
}

OPTIONS = {
    "signature": _("Signature on delivery"),
    "only_recipient": _("Recipient only"),
    "age_check": _("Age check 18+"),
    "return_to_sender": _("Return at once if nobody is home"),
    "large_format": _("Large format"),
}
OTHER_PACKAGE_TYPES = {"envelope": _("Envelope")}
OTHER_DELIVERY_TYPES = {
    "pickup": _("Pick-up point"),
}
# What a draft can have.
DRAFT_DELIVERY_TYPES = DELIVERY_TYPES | {"pickup": OTHER_DELIVERY_TYPES["pickup"]}
# Used by the rules and named in messages, but not offered in a form.
OTHER_OPTIONS = {
    "receipt_code": _("Receipt code"),
    "tracked": _("Track & Trace"),
    "priority_delivery": _("Priority delivery"),
    "hide_sender": _("Hide sender"),
    "same_day_delivery": _("Delivery today"),
    "saturday_delivery": _("Saturday delivery"),
    "collect": _("Collection at your address"),
    "extra_assurance": _("Extra assurance"),
    "fresh_food": _("Fresh food"),
    "frozen": _("Frozen"),
}

OPTION_HINTS = {
    "signature": _("The recipient signs at the door"),
    "only_recipient": _("Not at the neighbours"),
    "age_check": _("Also switches on signature and recipient only"),
    "return_to_sender": _("No second delivery attempt"),
}
ZONE_NAMES = {
    "NL": _("the Netherlands"),
    "BE": _("Belgium"),
    "EU": _("the rest of the EU"),
    "ROW": _("countries outside the EU"),
}
CARRIER_NAMES = CARRIERS | CONTRACT_CARRIERS
TYPE_NAMES = PACKAGE_TYPES | OTHER_PACKAGE_TYPES
DELIVERY_TYPE_NAMES = DELIVERY_TYPES | OTHER_DELIVERY_TYPES
OPTION_NAMES = OPTIONS | OTHER_OPTIONS | {"insurance": _("Insurance")}

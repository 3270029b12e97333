"""The personal columns of shipments and of what is made of them."""

from lib.personal_data import Erasure, Kept, Life, Subject, impersonal, personal

SHIPMENT = Life(Subject.BUYER, Kept.RECIPIENTS, Erasure.WITH_SHIPMENT)
EVENT = Life(Subject.BUYER, Kept.RECIPIENTS, Erasure.WITH_SHIPMENT, shop="shipment__shop")
ITEM = Life(Subject.BUYER, Kept.JOBS, Erasure.EMPTIED, shop="job__shop")
FILTER = Life(Subject.BUYER, Kept.SHOP, Erasure.DELETED)

personal(
    "shipments.Shipment",
    SHIPMENT,
    {
        "to deliver the parcel": (
            "person company street number suffix house_number box extra postal_code city region email phone"
        ),
        "to deliver the parcel at the pick-up point that the buyer chose": (
            "pickup_carrier pickup_code pickup_name pickup_network pickup_street pickup_number pickup_suffix"
            " pickup_postal_code pickup_city pickup_country"
        ),
        "to track and find the parcel, and to say what was changed in the address": (
            "tracking_url search_text description notes order_lines order_fingerprint"
        ),
        "what the merchant calls the order, and what its label lacks; free text that may name a person": (
            "reference problems invoice"
        ),
    },
)
impersonal(
    "shipments.Shipment",
    "attention tab zone status blocked_by country carrier package_type delivery_type contents customs_currency currency"
    " barcode gateway external_id tracking_status order_alert",
)
personal("shipments.ShipmentEvent", EVENT, {"what was changed in a draft, and what the carrier said": "text"})
impersonal("shipments.ShipmentEvent", "kind code tracking_status")
personal(
    "shipments.JobItem",
    ITEM,
    {"a line of an uploaded file until it is a draft, and why something failed": "payload reason"},
)
impersonal("shipments.JobItem", "state code")
personal("shipments.SavedFilter", FILTER, {"a filter that a member saved may look for a person": "name query"})

impersonal("shipments.CustomsItem", "description hs_code origin sku")
impersonal("shipments.ProductCustoms", "sku description hs_code origin")
impersonal("shipments.FurtherParcel", "barcode external_id tracking_status")
impersonal("shipments.BarcodeBlock", "series")
impersonal("shipments.ShelfText", "sku shelf")
impersonal("shipments.ColumnMapping", "titles keys")
impersonal("shipments.ShipmentCount", "status blocked_by attention")
impersonal("shipments.ShipmentHour", "measure")
impersonal("shipments.FigureEntry", "figure")

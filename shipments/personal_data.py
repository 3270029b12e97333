"""The personal columns of shipments and of what is made of them."""

from lib.personal_data import Erasure, Kept, Subject, impersonal, personal

personal(
    "shipments.Shipment",
    "person",
    "company",
    "street",
    "number",
    "suffix",
    "house_number",
    "box",
    "extra",
    "postal_code",
    "city",
    "region",
    "email",
    "phone",
    whose=Subject.BUYER,
    why="to deliver the parcel",
    kept=Kept.RECIPIENTS,
    erasure=Erasure.WITH_SHIPMENT,
)
personal(
    "shipments.Shipment",
    "pickup_carrier",
    "pickup_code",
    "pickup_name",
    "pickup_network",
    "pickup_street",
    "pickup_number",
    "pickup_suffix",
    "pickup_postal_code",
    "pickup_city",
    "pickup_country",
    whose=Subject.BUYER,
    why="to deliver the parcel at the pick-up point that the buyer chose",
    kept=Kept.RECIPIENTS,
    erasure=Erasure.WITH_SHIPMENT,
)
personal(
    "shipments.Shipment",
    "tracking_url",
    "search_text",
    "description",
    "notes",
    "order_lines",
    "order_fingerprint",
    whose=Subject.BUYER,
    why="to track and find the parcel, and to say what was changed in the address",
    kept=Kept.RECIPIENTS,
    erasure=Erasure.WITH_SHIPMENT,
)
personal(
    "shipments.Shipment",
    "reference",
    "problems",
    "invoice",
    whose=Subject.BUYER,
    why="what the merchant calls the order, and what its label lacks; free text that may name a person",
    kept=Kept.RECIPIENTS,
    erasure=Erasure.WITH_SHIPMENT,
)
impersonal(
    "shipments.Shipment",
    "attention",
    "tab",
    "zone",
    "status",
    "blocked_by",
    "country",
    "carrier",
    "package_type",
    "delivery_type",
    "contents",
    "customs_currency",
    "currency",
    "barcode",
    "gateway",
    "external_id",
    "tracking_status",
    "order_alert",
)
personal(
    "shipments.ShipmentEvent",
    "text",
    whose=Subject.BUYER,
    why="what was changed in a draft, and what the carrier said",
    kept=Kept.RECIPIENTS,
    erasure=Erasure.WITH_SHIPMENT,
    shop="shipment__shop",
)
impersonal("shipments.ShipmentEvent", "kind", "code", "tracking_status")
personal(
    "shipments.JobItem",
    "payload",
    "reason",
    whose=Subject.BUYER,
    why="a line of an uploaded file until it is a draft, and why something failed",
    kept=Kept.JOBS,
    erasure=Erasure.EMPTIED,
    shop="job__shop",
)
impersonal("shipments.JobItem", "state", "code")
personal(
    "shipments.SavedFilter",
    "name",
    "query",
    whose=Subject.BUYER,
    why="a filter that a member saved may look for a person",
    kept=Kept.SHOP,
    erasure=Erasure.DELETED,
)
impersonal("shipments.CustomsItem", "description", "hs_code", "origin", "sku")
impersonal("shipments.ProductCustoms", "sku", "description", "hs_code", "origin")
impersonal("shipments.FurtherParcel", "barcode", "external_id", "tracking_status")
impersonal("shipments.BarcodeBlock", "series")
impersonal("shipments.ColumnMapping", "titles", "keys")
impersonal("shipments.ShipmentCount", "status", "blocked_by", "attention")
impersonal("shipments.ShipmentHour", "measure")
impersonal("shipments.FigureEntry", "figure")

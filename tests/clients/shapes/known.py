"""Differences between the sandbox's answers and the vendors' declarations that are as they should be, and why.

An entry that no longer occurs is an error, so the table holds what is true today and nothing else.
"""

from tests.clients.shapes.comparison import Known

MODELS = "myparcelnl/sdk 11.0.0-beta.30, CoreApi models"
PORTAL = "MyParcel developer portal"
RECORDED = "answers recorded in myparcelnl/pdk, tests/Api/Response"
OLDER = "@myparcel/sdk 4.4.2 declares an older answer, and hands on whatever comes; the API's own model is newer"
LOST_NULL = "the generator of the models drops null from a choice of types; answers have it"

ORDERS = "@wix/auto_sdk_ecom_orders 1.0.298"
SEARCH = "POST /ecom/v1/orders/search"
SITUATION = "an optional object for a situation that no order of the seed is in"
ONE_OF = "one of several members, and every order has another of them"

WIX = (
    Known(SEARCH, "orders[].activities[].*", "absent", "each kind of activity has a content of its own", ORDERS),
    Known(SEARCH, "orders[].balanceSummary.cashRoundingAdjustment", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].balanceSummary.chargeback*", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].balanceSummary.*latformFees", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].*contactDetails.vatId", "absent", "of Brazilian buyers", ORDERS),
    Known(SEARCH, "orders[].businessLocation", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].createdBy.appId", "absent", ONE_OF, ORDERS),
    Known(SEARCH, "orders[].lineItems[].decimalQuantity.otherUnit", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].lineItems[].priceDescription", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].lineItems[].subscriptionInfo.chargesDescription", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].lineItems[].subscriptionInfo.subscription*", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].lineItems[].taxableAddress", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].payAfterFreeTrial", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].platformFeeSummary", "absent", SITUATION, ORDERS),
    Known(SEARCH, "orders[].shippingInfo.logistics.pickupDetails.address.streetAddress", "absent", ONE_OF, ORDERS),
)

MYPARCEL = (
    # The API's own models.
    Known("GET /shipments", "data.page", "undeclared", "the page asked for comes back", f"{PORTAL}, GET /shipments"),
    Known("GET /shipments", "data.size", "undeclared", "the size asked for comes back", f"{PORTAL}, GET /shipments"),
    Known(
        "GET /shipments/{ids}",
        "data.results",
        "missing",
        "the model is that of a search; @myparcel/sdk makes the plain list it declares of an answer without it",
        "@myparcel/sdk 4.4.2, GetShipment",
    ),
    Known("GET /tracktraces/{ids}", "data.tracktraces[].*location", "type", LOST_NULL, f"{PORTAL}, tracktraces"),
    Known(
        "GET /shipment_labels/{ids}, not paid",
        "data.payment_instructions",
        "type",
        "one object; the model of the same name has a list, and no recorded answer decides",
        f"{PORTAL}, shipment labels",
    ),
    Known(
        "errors",
        "status_code",
        "missing",
        "a recorded answer 401 lacks it, and so do 429 here",
        RECORDED,
    ),
    Known("errors", "errors[].fields", "undeclared", "schema errors name their fields", f"{PORTAL}, errors"),
    Known("errors", "errors[].human", "undeclared", "schema errors name their fields", f"{PORTAL}, errors"),
    # What @myparcel/sdk says that its methods bring.
    Known("client errors", "errors[].3728", "undeclared", "validation errors are keyed by code", f"{PORTAL}, errors"),
    Known("client errors", "errors[].code", "missing", "validation errors are keyed by code", f"{PORTAL}, errors"),
    Known("client errors", "errors[].message", "missing", "validation errors are keyed by code", f"{PORTAL}, errors"),
    Known("client errors", "status_code", "undeclared", OLDER, MODELS),
    Known("client getShipment*", "*[].api_key", "missing", OLDER, MODELS),
    Known("client getShipment*", "*[].is_return", "missing", OLDER, MODELS),
    Known("client getShipment*", "*[].multi_collo", "missing", OLDER, MODELS),
    Known("client getShipment*", "*[].partner_track_traces", "missing", OLDER, MODELS),
    Known("client getShipment*", "*[].multi_collo_main_shipment_id", "type", "the main shipment's number", MODELS),
    Known("client getShipment*", "*[].contract_id", "type", "null without a contract of one's own", MODELS),
    Known("client getShipment*", "*[].hidden", "type", "0 or 1", MODELS),
    Known("client getShipment*", "*[].physical_properties.weight", "type", "null if not given", RECORDED),
    Known("client getPickupLocations", "[].location.type", "undeclared", OLDER, MODELS),
    Known("client getTrackAndTrace", "[].carrier_id", "missing", OLDER, MODELS),
    Known("client getTrackAndTrace", "[].carrier", "undeclared", OLDER, MODELS),
    Known("client getTrackAndTrace", "[].history[].main", "undeclared", OLDER, MODELS),
    Known("client getTrackAndTrace", "[].history[].status", "undeclared", OLDER, MODELS),
    Known("client getTrackAndTrace", "[].history[].location", "type", LOST_NULL, f"{PORTAL}, tracktraces"),
    Known("client getTrackAndTrace", "[].returnable", "undeclared", OLDER, MODELS),
    Known("client getTrackAndTrace", "[].sender.email", "undeclared", OLDER, MODELS),
    Known("client getTrackAndTrace", "[].sender.phone", "undeclared", OLDER, MODELS),
    Known("client getTrackAndTrace", "[].signature", "undeclared", OLDER, MODELS),
    Known(
        "client postWebhookSubscriptions",
        ".",
        "type",
        "a list of {id}, as the models and the portal have it; the declared object of one list occurs nowhere",
        MODELS,
    ),
)

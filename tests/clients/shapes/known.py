"""Differences between the sandbox's answers and the vendors' declarations that are as they should be, and why.

An entry that no longer occurs is an error, so the table holds what is true today and nothing else.
"""

from tests.clients.shapes.comparison import Known

MODELS = "myparcelnl/sdk 11.0.0-beta.30, CoreApi models"
PORTAL = "MyParcel developer portal"
RECORDED = "answers recorded in myparcelnl/pdk, tests/Api/Response"
OLDER = "@myparcel/sdk 4.4.2 declares an older answer, and hands on whatever comes; the API's own model is newer"
LOST_NULL = "the generator of the models drops null from a choice of types; answers have it"

BUILT_NOW = "being built; remove this line when it is there"

WIX = (
    Known("*", "*aFieldOfNextYear", "undeclared", BUILT_NOW, ""),
    Known("*", "*orders[].channelInfo.type", "value", BUILT_NOW, ""),
    Known("*", "*orders[].lineItems[].itemType.preset", "value", BUILT_NOW, ""),
    Known("POST /ecom/v1/orders/search", "*", "absent", BUILT_NOW, ""),
)

MYPARCEL = (
    Known("GET /delivery_options", ".", "unanswered", BUILT_NOW, ""),
    Known("GET /pickup_locations", ".", "unanswered", BUILT_NOW, ""),
    Known("GET /whoami", ".", "unanswered", BUILT_NOW, ""),
    Known("POST /shipments/capabilities/contract-definitions", ".", "unanswered", BUILT_NOW, ""),
    Known("POST /shipments/rates", ".", "unanswered", BUILT_NOW, ""),
    Known("client getDeliveryOptions", ".", "unanswered", BUILT_NOW, ""),
    Known("client getPickupLocations", ".", "unanswered", BUILT_NOW, ""),
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
    Known("client getShipment*", "*[].contract_id", "type", "null without a contract of one's own", MODELS),
    Known("client getShipment*", "*[].hidden", "type", "0 or 1", MODELS),
    Known("client getShipment*", "*[].physical_properties.weight", "type", "null if not given", RECORDED),
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

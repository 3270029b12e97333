"""The personal columns of connections and mirrored orders."""

from lib.personal_data import Erasure, Kept, Subject, impersonal, personal

personal(
    "integrations.ExternalOrder",
    "customer",
    "search_text",
    "data",
    whose=Subject.BUYER,
    why="to make a shipment of the order and to find it",
    kept=Kept.ORDERS,
    erasure=Erasure.WITH_ORDER,
)
impersonal("integrations.ExternalOrder", "external_id", "number", "eligibility", "zone", "country", "currency")
personal(
    "integrations.Fulfillment",
    "tracking_url",
    whose=Subject.BUYER,
    why="the carrier's link, told to the webshop; it may hold a postcode",
    kept=Kept.RECIPIENTS,
    erasure=Erasure.WITH_ORDER,
)
personal(
    "integrations.Fulfillment",
    "details",
    whose=Subject.BUYER,
    why="the webshop's words when it refused an update",
    kept=Kept.ANSWERS,
    erasure=Erasure.WITH_ORDER,
)
impersonal(
    "integrations.Fulfillment",
    "tracking_number",
    "carrier",
    "action",
    "previous_numbers",
    "lines",
    "state",
    "external_id",
    "last_error",
)
impersonal("integrations.UnreadableOrder", "external_id", "number", "reason")
impersonal("integrations.ErasedOrder", "fingerprint")
personal(
    "integrations.ErasedOrder",
    "words_encrypted",
    whose=Subject.BUYER,
    why="whom to look for in free texts after an erasure; encrypted",
    kept=Kept.UNTIL_DONE,
    erasure=Erasure.EXPIRES,
    shop="connection__shop",
)
impersonal("integrations.PlatformOutage", "platform", "failing")
impersonal("integrations.ConsentRequest", "platform", "state_hash", "session_hash")
impersonal(
    "integrations.Connection",
    "platform",
    "external_id",
    "site_id",
    "state",
    "token_encrypted",
    "recent_calls",
    "origin_installation",
    "app_version",
    "permissions",
    "last_error",
    "checks",
)
personal(
    "integrations.Connection",
    "site_name",
    "site_url",
    whose=Subject.SENDER,
    why="to show which webshop is connected",
    kept=Kept.SHOP,
    erasure=Erasure.WITH_SHOP,
)
impersonal("integrations.SyncRun", "kind", "state", "cursor", "reason")
impersonal(
    "integrations.WebhookEvent",
    "platform",
    "event_id",
    "kind",
    "type",
    "installation",
    "order_id",
    "origin_installation",
    "state",
    "reason",
)
impersonal("integrations.Installation", "platform", "external_id", "origin_installation", "state")
impersonal("integrations.OpenOrderCount", "zone")

"""The personal columns of connections and mirrored orders."""

from lib.personal_data import Erasure, Kept, Life, Subject, impersonal, personal

ORDER = Life(Subject.BUYER, Kept.ORDERS, Erasure.WITH_ORDER)
LINK = Life(Subject.BUYER, Kept.RECIPIENTS, Erasure.WITH_ORDER)
ANSWER = Life(Subject.BUYER, Kept.ANSWERS, Erasure.WITH_ORDER)
ERASED = Life(Subject.BUYER, Kept.UNTIL_DONE, Erasure.EXPIRES, shop="connection__shop")
SITE = Life(Subject.SENDER, Kept.SHOP, Erasure.WITH_SHOP)

personal(
    "integrations.ExternalOrder",
    ORDER,
    {"to make a shipment of the order and to find it": "customer search_text data"},
)
impersonal("integrations.ExternalOrder", "external_id number eligibility zone country currency")
personal(
    "integrations.Fulfillment",
    LINK,
    {"the carrier's link, told to the webshop; it may hold a postcode": "tracking_url"},
)
personal("integrations.Fulfillment", ANSWER, {"the webshop's words when it refused an update": "details"})
impersonal(
    "integrations.Fulfillment",
    "tracking_number carrier action previous_numbers lines state external_id last_error",
)
impersonal("integrations.UnreadableOrder", "external_id number reason")
personal(
    "integrations.ErasedOrder",
    ERASED,
    {"whom to look for in free texts after an erasure; encrypted": "words_encrypted"},
)
impersonal("integrations.ErasedOrder", "fingerprint")
impersonal("integrations.PlatformOutage", "platform failing")

personal("integrations.Connection", SITE, {"to show which webshop is connected": "site_name site_url"})
impersonal(
    "integrations.Connection",
    "platform external_id site_id state token_encrypted recent_calls origin_installation app_version permissions"
    " last_error checks",
)
impersonal("integrations.ConsentRequest", "platform state_hash session_hash")
impersonal("integrations.SyncRun", "kind state cursor reason")
impersonal(
    "integrations.WebhookEvent",
    "platform event_id kind type installation order_id origin_installation state reason",
)
impersonal("integrations.Installation", "platform external_id origin_installation state")
impersonal("integrations.OpenOrderCount", "zone")

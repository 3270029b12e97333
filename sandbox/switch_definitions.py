"""The switches of the Wix sandbox: names, values and effects.

A switch with a ``point`` answers a question that our sources leave open; the product must work with every value.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

# Faults that replace the call; it takes no effect.
FAULTS_BEFORE = ("401", "403", "429", "500", "503", "504", "html", "drop")
# Faults after the call took effect; with bulk_partial, for every second order.
FAULTS_AFTER = ("lost_answer", "late_answer", "truncated", "bulk_partial")
INSTALL_ERRORS = ("tampered", "stale", "wrong_app", "other_instance", "other_site", "visitor")
# How fulfillment calls can reject; all but "400" and "404" carry a code that no client knows.
REJECTIONS = ("400", "400_validation", "403_empty", "404", "409", "428")


@dataclass(frozen=True)
class Switch:
    name: str
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    # The number of the unconfirmed point in our Wix notes; 0 for none.
    point: int = 0


GROUPS: dict[str, tuple[Switch, ...]] = {
    "Faults": (
        Switch(
            "fault",
            "",
            "what the next calls to the API answer; lost_answer, late_answer, truncated and bulk_partial happen after "
            "the call took effect, the others in its place; drop closes the connection, html is a gateway's 502",
            ("", *FAULTS_BEFORE, *FAULTS_AFTER),
        ),
        Switch("fault_path", "", "fault and slow_ms only hit calls whose path contains this"),
        Switch("fault_count", 0, "how many calls misbehave; 0 while a fault is chosen means until it is cleared"),
        Switch("slow_ms", 0, "every API call waits this long before it is carried out, or until this is turned back"),
        Switch("late_ms", 20_000, "how long a late_answer is kept back after the call took effect"),
    ),
    "Consent": (
        Switch("next_install", "", "how the next Add to Site comes back wrong", ("", *INSTALL_ERRORS)),
        Switch(
            "already_installed",
            "callback",
            "a site that has the app is picked again: back at once, an update screen first, or no way back at all",
            ("callback", "update_screen", "dashboard"),
            13,
        ),
        Switch(
            "signed_fields",
            "usual",
            "what the signed instance holds besides instanceId, appDefId and signDate: what we know of, nothing, "
            "or fields nobody has heard of too",
            ("usual", "sparse", "extra"),
            13,
        ),
        Switch("app_url", settings.APP_URL, "the app's own page, opened from Wix with ?instance= behind it"),
    ),
    "Tokens": (
        Switch("token_seconds", 14_400, "how long a new token lives"),
        Switch("omit_expires_in", False, "a new token does not say how long it lives"),
        Switch(
            "token_refused",
            "",
            "no new tokens, as if the secret were wrong, the instance unknown or the app removed",
            ("", "wrong_secret", "unknown_instance", "removed"),
        ),
        Switch(
            "token_error",
            "oauth",
            "how the token endpoint words a refusal",
            ("oauth", "wix", "legacy", "html", "empty"),
            1,
        ),
        Switch("token_status", "400", "the status of a refusal of the token endpoint", ("400", "401", "403", "404"), 1),
        Switch("removed_api", "401", "what calls with an old token get after uninstalling", ("401", "403", "404"), 1),
    ),
    "Permissions and limits": (
        Switch(
            "permissions",
            "full",
            "what an old app version may do: read_only cannot manage orders, none not even read them; both answer 403",
            ("full", "read_only", "none"),
        ),
        Switch(
            "permission_names",
            "scopes",
            "how instance.permissions names what was granted: scope ids, scopes that cover more, fine-grained ids, "
            "the dashboard's names, scope ids in small letters, words nobody knows, objects, or not at all",
            ("scopes", "bundles", "fine", "names", "lower", "unknown", "objects", "absent"),
            4,
        ),
        Switch(
            "installed_apps",
            "stores",
            "how site.installedWixApps names Wix Stores",
            ("stores", "Wix Stores", "wix_stores", "app_id", "only_others", "empty", "absent"),
            4,
        ),
        Switch(
            "without_stores",
            "428",
            "what calls about orders answer on a site without Wix Stores: 428 with either code, or no orders",
            ("428", "428_required", "empty"),
            4,
        ),
        Switch("forbidden_body", "empty", "what such a 403 says", ("empty", "details")),
        Switch("rate_limit", 200, "calls a minute for each installation; 0 is no limit", point=8),
        Switch("retry_after", True, "whether a 429 says how long to wait", point=8),
    ),
    "Search": (
        Switch(
            "visible_after_ms",
            0,
            "how long searches show an order as it was before a change (a new one not at all)",
            point=10,
        ),
        Switch(
            "wrong_wrapper",
            "ignored",
            "a search that is not wrapped in search: answered with an unfiltered page, or refused",
            ("ignored", "refused"),
            10,
        ),
        Switch("metadata_total", False, "whether a page of a search also tells how many orders there are", point=10),
        Switch("cursor_seconds", 0, "how long a cursor can be used; 0 is for ever, later it is a 400", point=10),
        Switch(
            "last_cursors",
            "empty",
            "cursors of the last page: an object without next, or nothing",
            ("empty", "absent"),
        ),
    ),
    "Orders as they are answered": (
        Switch(
            "unknown_value",
            "",
            "the field that holds a value nobody has heard of, in every order answered",
            ("", "status", "paymentStatus", "fulfillmentStatus", "channelInfo.type", "weightUnit", "itemType.preset"),
        ),
        Switch("unknown_field", False, "every order answered has a field that nobody has heard of"),
        Switch(
            "order_form",
            "full",
            "every declared list and field, also empty ones, or without what is empty, false or zero; both are normal",
            ("full", "lean"),
        ),
        Switch(
            "pickup_destination",
            "absent",
            "whether an order to be picked up has a shippingDestination too, with the place of pickup",
            ("absent", "both"),
            11,
        ),
        Switch("delivery_slot", "present", "whether local delivery carries its time slot", ("present", "absent"), 11),
        Switch("subtotal", "net", "priceSummary.subtotal when prices include tax", ("net", "gross"), 12),
        Switch(
            "dashboard_link", True, "whether /dashboard/<site>/ecom-platform/order-details/<order> exists", point=15
        ),
    ),
    "Fulfillments": (
        Switch(
            "refused_units",
            "400",
            "asking for more units than are left, or for an order that is fulfilled already",
            REJECTIONS,
            2,
        ),
        Switch("refused_status", "400", "fulfilling an order that is not approved", REJECTIONS, 2),
        Switch("refused_order", "404", "a fulfillment call for an order that does not exist", REJECTIONS, 2),
        Switch(
            "bulk_failures",
            "detailed",
            "orders that fail in bulk: with their error, with an empty one, or only counted (undetailedFailures)",
            ("detailed", "bare", "undetailed"),
            2,
        ),
        Switch("bulk_order", "as_asked", "the order of the results of a bulk call", ("as_asked", "reversed")),
        Switch("tracking_scope", "order", "where a tracking number must be unique", ("order", "site", "none"), 3),
        Switch(
            "custom_without_link",
            "accepted",
            "a carrier Wix does not know, without trackingLink",
            ("accepted", "refused"),
            5,
        ),
        Switch("known_link", "replaced", "a link given with a carrier Wix knows", ("replaced", "kept"), 5),
        Switch("canada_post_link", "made", "whether Wix makes a link for canadaPost", ("made", "none"), 5),
        Switch(
            "mail_without_tracking", False, "the buyer is also mailed about a fulfillment without tracking", point=6
        ),
        Switch("mail_on_change", False, "the buyer is mailed again when a tracking number changes", point=6),
        Switch(
            "mail_per",
            "fulfillment",
            "one mail for each fulfillment or for the first only",
            ("fulfillment", "order"),
            6,
        ),
        Switch(
            "fulfillment_events",
            "all",
            "the events of a fulfillment: all three, without order_updated, or fulfillments_updated alone",
            ("all", "without_updated", "fulfillments_only"),
            7,
        ),
        Switch("fulfilled_action", "FULFILL", "the value of action in order_fulfilled", point=7),
        Switch(
            "mixed_order",
            "fulfilled",
            "an order whose physical lines are all sent while a digital one is not",
            ("fulfilled", "stays_open"),
            14,
        ),
        Switch(
            "refunded_units",
            "available",
            "refunded units: can be fulfilled but need not, cannot be, or must be before the order is fulfilled",
            ("available", "gone", "needed"),
            14,
        ),
    ),
    "Webhooks": (
        Switch("webhook_url", settings.WEBHOOK_URL, "where events are posted to; none while empty"),
        Switch(
            "webhook_time_scale",
            1.0,
            "how long a minute of the retry schedule takes, in minutes: 0.001 is 60 milliseconds",
        ),
        Switch("webhook_delay_ms", 0, "how long an event waits before its first delivery"),
        Switch(
            "webhook_fault",
            "",
            "how deliveries misbehave; reorder holds every second event back for a second",
            ("", "duplicate", "reorder", "drop", "bad_signature", "unsigned", "expired"),
        ),
        Switch("webhook_exp_seconds", 3600, "how long a delivery's JWT is valid from iat to exp", point=9),
        Switch(
            "webhook_retry_exp",
            "resigned",
            "a retry is signed anew, or carries the iat and exp of the first attempt",
            ("resigned", "original"),
            9,
        ),
        Switch(
            "webhook_header",
            "plain",
            "the JWT's header: alg and typ, alg alone, or with a kid as well",
            ("plain", "bare", "kid"),
            9,
        ),
        Switch(
            "webhook_content_type",
            "text/plain",
            "the content type of a delivery",
            ("text/plain", "text/plain; charset=utf-8", "application/json", "application/jwt", ""),
            9,
        ),
        Switch(
            "webhook_payload",
            "objects",
            "members of an event: objects, or the raw type's JSON texts (entityAsJson and so on)",
            ("objects", "texts"),
        ),
        Switch(
            "webhook_order",
            "whole",
            "the order in an event: as a GET answers it, as it was when it was placed, without articles and address, "
            "or not at all",
            ("whole", "stale", "partial", "absent"),
        ),
    ),
}
SWITCHES: dict[str, Switch] = {switch.name: switch for group in GROUPS.values() for switch in group}

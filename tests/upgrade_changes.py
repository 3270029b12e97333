"""What the upgrade from 0.1 renames, rewrites and moves."""

RENAMED = {
    ("shipments_shipment", "carrier_status"): "carrier_status_code",
    ("accounts_labelaccount", "key_sealed"): "api_key_encrypted",
    ("accounts_labelaccount", "key_ends_with"): "api_key_suffix",
    ("accounts_labelaccount", "hook_key"): "webhook_token",
    ("accounts_labelaccount", "hooks"): "webhook_subscriptions",
    ("accounts_labelaccount", "trouble"): "last_error",
    ("integrations_connection", "token_sealed"): "token_encrypted",
    ("integrations_connection", "trouble"): "last_error",
    ("integrations_connection", "trouble_since"): "failing_since",
    ("integrations_fulfillment", "trouble"): "last_error",
    ("integrations_fulfillment", "holder"): "lease_token",
    ("integrations_syncrun", "holder"): "lease_token",
    ("integrations_webhookevent", "holder"): "lease_token",
    ("shipments_job", "holder"): "lease_token",
    ("shipments_job", "closed_at"): "dismissed_at",
    ("shipments_shipment", "follow_at"): "next_poll_at",
    ("shipments_shipment", "order_seen"): "order_fingerprint",
    ("shipments_shipment", "parcel_no"): "parcel_number",
    ("integrations_connection", "minting_until"): "token_lease_until",
    ("integrations_connection", "failures"): "consecutive_failures",
    ("integrations_connection", "outcomes"): "recent_calls",
    ("integrations_connection", "breaks"): "times_opened",
    ("integrations_connection", "probing_until"): "probe_lease_until",
    ("integrations_installation", "heard_at"): "last_event_at",
    ("integrations_externalorder", "verdict"): "eligibility",
    ("integrations_externalorder", "unfollowed"): "changes_pending",
    ("integrations_fulfillment", "source"): "source_id",
    ("integrations_fulfillment", "intent"): "action",
    ("integrations_fulfillment", "former_numbers"): "previous_numbers",
    ("integrations_fulfillment", "promised_at"): "queued_at",
    ("integrations_fulfillment", "told_at"): "confirmed_at",
    ("integrations_fulfillment", "mailed_at"): "buyer_mailed_at",
    ("integrations_fulfillment", "doubted"): "unconfirmed",
}
# Values that an upgrade changes, by table and column.
REWRITTEN = {
    ("shipments_shipment", "status"): {"concept": "draft"},
    ("shipments_savedfilter", "query"): {
        "tab=concepten&zoek=caf%C3%A9+%26+zo&vervoerder=postnl&naar=wereld&periode=maand&sorteer=-datum&per=200": (
            "tab=drafts&q=caf%C3%A9+%26+zo&carrier=postnl&destination=world&period=month&sort=-date&page_size=200"
        ),
        "tab=alle": "tab=all",
        "zoek=tab%3Dalle": "q=tab%3Dalle",
        "naar=nl&sorteer=land": "destination=nl&sort=country",
        "naar=nl&zoek=" + 987 * "a": ("destination=nl&q=" + 987 * "a")[:1000],
    },
}
MOVED = {
    "shop": ("shops", "shop"),
    "invitation": ("shops", "invitation"),
    "labelaccount": ("shops", "gatewayaccount"),
    "job": ("jobs", "job"),
}
"""The present app and name of models that were moved or renamed. Permissions point at their content types."""
CARRIERS_OWN_WORDS = "Handed to a neighbour"
SENTENCES = {
    "Draft": "draft",
    "Announced to the carrier": "announced",
    "Handed to the carrier": "handed_over",
    "Sorted": "sorted",
    "With the courier": "out_for_delivery",
    "At customs": "at_customs",
    "Delivered": "delivered",
    "Ready at the pick-up point": "ready_for_pickup",
    "Picked up by the recipient": "picked_up",
    "Returned to you": "returned",
    "Return waits at a pick-up point": "return_ready_for_pickup",
    "Unfranked label printed": "unfranked_label_printed",
    "Credited": "credited",
    "Digital stamp printed": "stamp_printed",
    "Label of a shipment made elsewhere printed": "external_label_printed",
    "Label expired": "label_expired",
    "Label cancelled at MyParcel": "label_canceled",
    "Label without Track & Trace printed": "untracked_label_printed",
    "Delivered at the agreed place": "delivered_as_agreed",
    CARRIERS_OWN_WORDS: "",
}

"""The personal columns of shops: their senders, and who is invited."""

from lib.personal_data import Erasure, Kept, Life, Subject, impersonal, personal

SENDER = Life(Subject.SENDER, Kept.SHOP, Erasure.WITH_SHOP, shop="")
GATEWAY = Life(Subject.SENDER, Kept.SHOP, Erasure.WITH_SHOP)
INVITED = Life(Subject.MEMBER, Kept.INVITATIONS, Erasure.DELETED)

personal(
    "shops.Shop",
    SENDER,
    {
        "to print the sender on labels and customs forms": (
            "name company person street number suffix postal_code city email phone eori vat"
        )
    },
)
impersonal("shops.Shop", "country label_layout")
impersonal("shops.Membership", "role")
personal("shops.Invitation", INVITED, {"to send the invitation to a team": "email"})
impersonal("shops.Invitation", "role token_hash")
impersonal(
    "shops.PackagePreferences",
    "carrier package_type delivery_type box_weights contact_sharing closed_weekdays closed_periods shipping_rules",
)
impersonal(
    "shops.ShippingRule",
    "name destinations article skus postcodes shipping_method carrier package_type delivery_type",
)
personal("shops.GatewayAccount", GATEWAY, {"to show whose address the gateway prints": "account_sender former_shop"})
impersonal(
    "shops.GatewayAccount",
    "gateway api_key_encrypted api_key_suffix webhook_subscriptions last_error contracts remote_shop_id"
    " foreign_webhooks replaced_webhooks",
)
impersonal("shops.Exchange", "code method path request_id")
impersonal("shops.Retention", "figures running_figures")

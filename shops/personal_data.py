"""The personal columns of shops: their senders, and who is invited."""

from lib.personal_data import Erasure, Kept, Subject, impersonal, personal

personal(
    "shops.Shop",
    "name",
    "company",
    "person",
    "street",
    "number",
    "suffix",
    "postal_code",
    "city",
    "email",
    "phone",
    "eori",
    "vat",
    whose=Subject.SENDER,
    why="to print the sender on labels and customs forms",
    kept=Kept.SHOP,
    erasure=Erasure.WITH_SHOP,
    shop="",
)
impersonal("shops.Shop", "country", "label_layout")
impersonal("shops.Membership", "role")
personal(
    "shops.Invitation",
    "email",
    whose=Subject.MEMBER,
    why="to send the invitation to a team",
    kept=Kept.INVITATIONS,
    erasure=Erasure.DELETED,
)
impersonal("shops.Invitation", "role", "token_hash")
impersonal(
    "shops.PackagePreferences",
    "carrier",
    "package_type",
    "delivery_type",
    "box_weights",
    "contact_sharing",
    "closed_weekdays",
    "closed_periods",
)
personal(
    "shops.GatewayAccount",
    "account_sender",
    "former_shop",
    whose=Subject.SENDER,
    why="to show whose address the gateway prints",
    kept=Kept.SHOP,
    erasure=Erasure.WITH_SHOP,
)
impersonal(
    "shops.GatewayAccount",
    "gateway",
    "api_key_encrypted",
    "api_key_suffix",
    "webhook_subscriptions",
    "last_error",
    "contracts",
    "remote_shop_id",
    "foreign_webhooks",
    "replaced_webhooks",
)
impersonal("shops.Exchange", "code", "method", "path", "request_id")
impersonal("shops.Retention", "figures", "running_figures")

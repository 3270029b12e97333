"""A shop's account at a label gateway, and the last calls to gateways and platforms."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carriers.account_terms import AccountTerms
from carriers.gateways import DEFAULT_GATEWAY
from carriers.parcels import Address
from lib.reference_codes import reference_code
from lib.stored_messages import localized
from shops.tenancy import ShopOwned


class Exchange(ShopOwned):
    """A call to a platform or a gateway, for support; the last ones of each account are kept, without what was said."""

    # The reference code of the connection or the gateway account.
    code = models.CharField(_("reference"), max_length=40)
    at = models.DateTimeField(_("at"))
    method = models.CharField(_("method"), max_length=10)
    path = models.CharField(_("path"), max_length=200)
    # 0 without an answer.
    status = models.PositiveSmallIntegerField(_("status"))
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    request_id = models.CharField(_("request ID"), max_length=100, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("exchange"), _("exchanges")
        indexes = [models.Index(fields=["code", "shop", "-id"], name="exchange_ring")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


class GatewayAccount(models.Model):
    """A shop's account at a label gateway."""

    shop = models.OneToOneField("shops.Shop", on_delete=models.CASCADE, related_name="gateway_account")
    gateway = models.CharField(_("gateway"), max_length=20, default=DEFAULT_GATEWAY)
    api_key_encrypted = models.TextField(editable=False)
    api_key_suffix = models.CharField(_("key ends in"), max_length=4)
    # The secret part of the URL that the gateway sends status webhooks to.
    webhook_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # {webhook name: subscription id at the gateway}
    webhook_subscriptions = models.JSONField(default=dict, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    last_error = models.JSONField(_("last error"), default=dict, blank=True)
    # Since the first of the failures of which ``last_error`` is the last.
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)
    # What the account may do by its gateway's last answer, as ``AccountTerms.to_json``; empty before the first.
    contracts = models.JSONField(_("contracts"), default=dict, blank=True, editable=False)
    contracts_read_at = models.DateTimeField(_("contracts read"), null=True, blank=True)
    # When they are read next; in the past until the first attempt.
    contracts_due_at = models.DateTimeField(_("contracts due"), default=timezone.now, db_index=True)
    next_check_at = models.DateTimeField(_("next check"), default=timezone.now, db_index=True)
    # The gateway's number for its shop behind the key; empty while it did not say.
    remote_shop_id = models.CharField(_("shop at the gateway"), max_length=40, blank=True)
    # The address the gateway prints when it is given no sender, as fields of an Address; empty while unknown.
    account_sender = models.JSONField(default=dict, blank=True)
    # The shop of the key before this one: {"id", "name"}, and whether what we replaced there was put back ("restored").
    former_shop = models.JSONField(default=dict, blank=True)
    # Whether labels bear the sender we send; None until a label was made with this key.
    sender_accepted = models.BooleanField(_("prints our sender"), null=True, blank=True)
    sender_answered_at = models.DateTimeField(null=True, blank=True)
    # {webhook name: URL} of another program, which we leave alone, and of one whose place we took when asked to.
    foreign_webhooks = models.JSONField(default=dict, blank=True)
    replaced_webhooks = models.JSONField(default=dict, blank=True)
    # Another program took the place of our subscription.
    webhooks_lost = models.BooleanField(default=False)

    class Meta:
        db_table = "accounts_labelaccount"
        verbose_name, verbose_name_plural = _("gateway account"), _("gateway accounts")

    def __str__(self) -> str:
        return f"{self.shop} · {self.gateway}"

    @property
    def last_error_message(self) -> str:
        return localized(self.last_error)

    @property
    def reference_code(self) -> str:
        """By which support finds the account."""
        return reference_code(self.gateway, self.shop.public_id)

    @property
    def terms(self) -> AccountTerms | None:
        """None while the gateway has not said what this account may do."""
        return AccountTerms.from_json(self.contracts)

    @property
    def own_sender(self) -> Address | None:
        """The gateway's own address for this shop, which it prints when it is given no other; None while unknown."""
        return Address(**self.account_sender) if self.account_sender else None

    @property
    def remote_shop_name(self) -> str:
        """Empty while unknown: the gateway names its shop only as the sender of parcels."""
        return self.own_sender.name if self.own_sender else ""

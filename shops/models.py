"""Shops, their members and invitations, parcel preferences and gateway accounts."""

import uuid
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.capability_rules import account_with
from carriers.contact_rules import CONTACT_SHARING
from carriers.delivery_days import ShippingHabits
from carriers.parcels import Address, ContactSharing, ParcelChoice
from shops.exchange import Exchange
from shops.gateway_account import GatewayAccount
from shops.permissions import ROLE_PERMISSIONS, ShopPermission
from shops.retention import Retention
from shops.shipping_rule import ShippingRule
from shops.tenancy import ShopOwned

__all__ = [
    "Exchange",
    "GatewayAccount",
    "Invitation",
    "Membership",
    "PackagePreferences",
    "Retention",
    "Role",
    "ShippingRule",
    "Shop",
]


class Shop(models.Model):
    """The tenant, with its sender address and label settings."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100, db_index=True)
    company = models.CharField(_("company"), max_length=50, blank=True)
    person = models.CharField(_("contact person"), max_length=50, blank=True)
    street = models.CharField(_("street"), max_length=40, blank=True)
    number = models.CharField(_("house number"), max_length=8, blank=True)
    suffix = models.CharField(_("suffix"), max_length=6, blank=True)
    postal_code = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("town"), max_length=35, blank=True)
    country = models.CharField(_("country"), max_length=2, default="NL")
    email = models.EmailField(_("email address"), blank=True)
    phone = models.CharField(_("phone"), max_length=25, blank=True)
    eori = models.CharField(_("EORI number"), max_length=17, blank=True)
    vat = models.CharField(_("VAT number"), max_length=20, blank=True)
    label_layout = models.CharField(_("label format"), max_length=2, default="a6", choices=[("a6", "A6"), ("a4", "A4")])
    label_start = models.PositiveSmallIntegerField(
        _("start position"), default=1, validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    label_continue = models.BooleanField(_("start where the last sheet ended"), default=False)
    # When a label was last made to try the printer with.
    paper_tried_at = models.DateTimeField(_("printer tried"), null=True, blank=True, editable=False)
    tracking_page = models.BooleanField(_("public tracking page"), default=True)
    # Off by default, because the platform sends the tracking number by mail.
    mails_buyer = models.BooleanField(_("email the buyer from here"), default=False)
    # Without a key no label is made before somebody chose to practice with test labels.
    is_practicing = models.BooleanField(_("makes test labels without a key"), default=False)
    # While it is on, new labels are test labels, also with a key; only ``shops.services.practice`` changes it.
    practice_mode = models.BooleanField(_("practise: test labels only"), default=False, editable=False)
    # Members without a second step of signing in set one up before they enter the shop.
    requires_second_factor = models.BooleanField(_("second step required"), default=False)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    # No work is done for a closed shop, and its pages lead to the one that opens it again.
    closed_at = models.DateTimeField(_("closed since"), null=True, blank=True, editable=False)
    # When a closed shop is erased. While a worker does so, when its claim ends; see ``lib.leases.claim_by_time``.
    erase_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False, db_index=True)
    # From then on it cannot be opened again.
    erasure_started_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "accounts_shop"
        verbose_name, verbose_name_plural = _("shop"), _("shops")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.split() or ["?"]
        return "".join(word[0] for word in words[:2]).upper()

    @property
    def sender(self) -> Address:
        return Address(
            person=self.person,
            company=self.company,
            street=self.street,
            number=self.number,
            suffix=self.suffix,
            postal_code=self.postal_code,
            city=self.city,
            country=self.country,
            email=self.email,
            phone=self.phone,
            eori=self.eori,
            vat=self.vat,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What this shop may send: what both the data and its account allow. Reads ``gateway_account``."""
        account: GatewayAccount | None = getattr(self, "gateway_account", None)
        terms = account.terms if account else None
        return Capabilities(account_with(terms), self.sender) if terms else DEFAULT_CAPABILITIES

    @property
    def contact_sharing(self) -> ContactSharing:
        """Where carriers get the contact data of buyers. Reads ``preferences``."""
        preferences: PackagePreferences | None = getattr(self, "preferences", None)
        return preferences.sharing if preferences else ContactSharing.ABROAD

    @property
    def has_sender(self) -> bool:
        return bool(self.sender.name and self.street and self.number and self.postal_code and self.city)


class Role(models.TextChoices):
    """``shops.permissions.ROLE_PERMISSIONS`` lists the permissions of each role."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    STAFF = "staff", _("Staff")
    READER = "reader", _("Read only")


class Membership(models.Model):
    """A user's role in a shop."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.STAFF)

    class Meta:
        db_table = "accounts_membership"
        verbose_name, verbose_name_plural = _("membership"), _("memberships")
        ordering = ["shop_id"]
        constraints = [models.UniqueConstraint(fields=["user", "shop"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.shop}"

    @property
    def permissions(self) -> frozenset[ShopPermission]:
        return ROLE_PERMISSIONS.get(self.role, frozenset())

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Not accepted yet; includes expired ones, which can be sent again."""
        return self.filter(accepted_at=None)


class Invitation(ShopOwned):
    """An invitation to a shop's team. Only the link in the mail contains the token."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("email address"), db_index=True)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.STAFF)
    # Hexadecimal SHA-256, so that the database does not contain a valid token.
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    # The last mail with the link; None once the outbox deleted it.
    mail = models.ForeignKey(
        "accounts.OutgoingMail", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        db_table = "accounts_invitation"
        verbose_name, verbose_name_plural = _("invitation"), _("invitations")
        ordering = ["email"]
        constraints = [models.UniqueConstraint("shop", Lower("email"), name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.email} · {self.shop}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class PackagePreferences(models.Model):
    """The defaults of imported orders; one row per shop."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="preferences")
    carrier = models.CharField(_("default carrier"), max_length=20, default="postnl")
    package_type = models.CharField(_("default package type"), max_length=20, default="package")
    delivery_type = models.CharField(_("delivery"), max_length=20, default="standard")
    signature = models.BooleanField(_("signature on delivery"), default=False)
    only_recipient = models.BooleanField(_("recipient only"), default=False)
    return_to_sender = models.BooleanField(_("return at once if nobody is home"), default=False)
    age_check = models.BooleanField(_("age check 18+"), default=False)
    large_format = models.BooleanField(_("large format"), default=False)
    insurance = models.PositiveIntegerField(_("insurance"), default=0, help_text=_("Euro cents."))
    default_weight = models.PositiveIntegerField(
        _("weight if the webshop provides none"), default=1000, validators=[MinValueValidator(1)]
    )
    insurance_percent = models.PositiveSmallIntegerField(
        _("part of the order value to insure"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("Percentage; 0 uses the amount above."),
    )
    # Of one piece, in an order of which other weights are known.
    item_weight = models.PositiveIntegerField(
        _("weight of an article without one"), default=100, validators=[MinValueValidator(1)]
    )
    # Grams of the empty box by package type; a type that is not named weighs nothing.
    box_weights = models.JSONField(_("weight of the empty box"), default=dict, blank=True)
    contact_sharing = models.CharField(
        _("email and phone of the buyer for the carrier"),
        max_length=10,
        choices=[(key.value, name) for key, name in CONTACT_SHARING.items()],
        default=ContactSharing.ABROAD.value,
    )
    # Weekdays on which the shop hands nothing over, as figures from Monday 0; empty: none, or it did not say.
    closed_weekdays = models.CharField(_("days without shipping"), max_length=7, blank=True, default="")
    # First and last days on which the shop is closed: [["2026-12-24", "2027-01-03"]].
    closed_periods = models.JSONField(_("closed"), default=list, blank=True)
    # What is made later leaves on the next day; a time in Amsterdam.
    cutoff_time = models.TimeField(_("cut-off time"), null=True, blank=True)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    # The shipping rules that are on, in their order, as ``ShippingRule.to_json``: whoever has the preferences has them.
    # ``shops.services.shipping_rules`` writes them with the rows.
    shipping_rules = models.JSONField(_("shipping rules"), default=list, blank=True, editable=False)

    CHOICE_FIELDS = (
        "carrier",
        "package_type",
        "delivery_type",
        "signature",
        "only_recipient",
        "return_to_sender",
        "age_check",
        "large_format",
        "insurance",
    )

    class Meta:
        db_table = "accounts_packagepreferences"
        verbose_name, verbose_name_plural = _("parcel preferences"), _("parcel preferences")
        constraints = [models.CheckConstraint(condition=models.Q(default_weight__gte=1), name="preferences_weight")]

    def __str__(self) -> str:
        return f"{self.shop}: {self.carrier} {self.package_type}"

    @property
    def capabilities(self) -> Capabilities:
        """Those of the shop; the general ones for preferences that no shop has."""
        return self.shop.capabilities if self.shop_id else DEFAULT_CAPABILITIES

    @property
    def habits(self) -> ShippingHabits:
        return ShippingHabits.from_columns(self.closed_weekdays, self.closed_periods, self.cutoff_time)

    @property
    def choice(self) -> ParcelChoice:
        return ParcelChoice(**{name: getattr(self, name) for name in self.CHOICE_FIELDS})

    def box_weight(self, package_type: str) -> int:
        """Grams of the empty box, bag or envelope."""
        return int(self.box_weights.get(package_type, 0))

    @property
    def sharing(self) -> ContactSharing:
        return ContactSharing(self.contact_sharing)

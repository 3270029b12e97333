"""Users, and the mails that wait to be sent."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lib.leases import LeasedQuerySet, LeasedRow


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Without a password the account has an unusable one."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """The email address is the user name."""

    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True, db_index=True)
    language = models.CharField(
        _("language"), max_length=2, default="nl", choices=[("nl", "Nederlands"), ("en", "English")]
    )
    is_staff = models.BooleanField(_("can access the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    # Devices that were known before this time are new ones; None: none was forgotten yet.
    devices_since = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name, verbose_name_plural = _("user"), _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def first_name(self) -> str:
        """For the greeting; the first part of the email address when there is no name."""
        return str(self).split()[0]

    @property
    def initials(self) -> str:
        words = (self.name or self.email).split()
        return "".join(word[0] for word in (words[0], words[-1]) if word)[: min(2, len(words) + 1)].upper()


class OutgoingMail(LeasedRow):
    """A mail on its way to the mail server, see ``accounts.services.outbox``.

    What it says is wiped when it was sent or given up; the row itself is deleted days later.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not delivered")

    class Failure(models.TextChoices):
        REFUSED = "refused", _("The mail server of this address refused the email. Check the address.")
        UNDELIVERABLE = "undeliverable", _("The mail server did not accept the email for days. Send it again.")
        EXPIRED = "expired", _("The link in the email expired before the mail server accepted it. Send it again.")
        UNREADABLE = "unreadable", _("The link in the email could not be read any more. Send it again.")
        CRASHED = "crashed", _("The email could not be made. Ask your administrator to look in the log.")

    # Names the row in its Message-ID and in what is encrypted for it.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.EmailField(_("to"), db_index=True)
    reply_to = models.EmailField(_("reply to"), blank=True)
    language = models.CharField(_("language"), max_length=2)
    # Two templates: the name with ``_subject.txt`` and ``.txt``.
    template = models.CharField(_("template"), max_length=80)
    # Plain values for the templates. Links that let somebody in are not among them.
    context = models.JSONField(default=dict, blank=True)
    # JSON of the values that nobody may read in the database; empty once the mail is sent.
    secrets_encrypted = models.TextField(blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    failure = models.CharField(_("reason"), max_length=15, choices=Failure.choices, blank=True)
    # How often the mail server was asked and did not take it.
    tries = models.PositiveIntegerField(_("tries"), default=0)
    queued_at = models.DateTimeField(_("queued"), default=timezone.now)
    # After this the mail is of no use: the link in it no longer works.
    send_before = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, db_index=True)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("outgoing email"), _("outgoing emails")

    def __str__(self) -> str:
        return f"{self.template} ({self.get_state_display()})"

    @property
    def is_late(self) -> bool:
        """The mail server did not take it at once."""
        return self.state == self.State.QUEUED and self.tries > 0


class AttemptCount(models.Model):
    """How often something was tried in a window of time, see ``accounts.services.ceilings``."""

    # A keyed hash, so that the table names neither addresses nor accounts.
    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = _("attempts"), _("attempts")

    def __str__(self) -> str:
        return f"{self.count} · {self.ends_at:%Y-%m-%d %H:%M}"

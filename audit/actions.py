"""What the trail knows: every action has a key ``<kind>.<what>``, which is stored and never changes, and a sentence."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditKind(models.TextChoices):
    """The subjects by which the trail is filtered."""

    SETTINGS = "settings", _("Settings")
    TEAM = "team", _("Team")
    KEY = "key", _("API keys")
    CONNECTION = "connection", _("Integrations")
    ACCOUNT = "account", _("Accounts and sessions")
    EXPORT = "export", _("Exports")
    ERASURE = "erasure", _("Erasures")
    READING = "reading", _("Looking at personal data")


class AuditAction(models.TextChoices):
    SETTINGS_CHANGED = "settings.changed", _("changed settings")
    RULE_ADDED = "settings.rule_added", _("added a shipping rule")
    RULE_DELETED = "settings.rule_deleted", _("deleted a shipping rule")
    SHOP_OPENED = "settings.shop_opened", _("opened the shop")
    SHOP_CLOSED = "settings.shop_closed", _("closed the shop")
    SHOP_REOPENED = "settings.shop_reopened", _("reopened the shop")
    INVITED = "team.invited", _("invited somebody")
    INVITATION_REVOKED = "team.invitation_revoked", _("revoked an invitation")
    JOINED = "team.joined", _("joined the team")
    ROLE_CHANGED = "team.role_changed", _("changed a role")
    MEMBER_REMOVED = "team.member_removed", _("removed somebody from the team")
    KEY_SAVED = "key.saved", _("saved an API key")
    KEY_REMOVED = "key.removed", _("removed an API key")
    WEBHOOKS_TAKEN = "key.webhooks_taken", _("took the notifications over")
    WEBHOOKS_RETURNED = "key.webhooks_returned", _("gave the notifications back")
    CONNECTED = "connection.connected", _("connected an integration")
    DISCONNECTED = "connection.disconnected", _("disconnected an integration")
    CONNECTION_CHANGED = "connection.changed", _("changed an integration")
    SIGNED_IN = "account.signed_in", _("logged in on a new device")
    SESSION_ENDED = "account.session_ended", _("ended a session")
    SESSIONS_ENDED = "account.sessions_ended", _("ended all other sessions")
    PASSWORD_CHANGED = "account.password_changed", _("changed the password")  # noqa: S105
    EMAIL_CHANGED = "account.email_changed", _("changed the email address")
    FACTOR_ADDED = "account.factor_added", _("added a second step")
    FACTOR_REMOVED = "account.factor_removed", _("removed a second step")
    RECOVERY_CODES_MADE = "account.recovery_codes", _("made new recovery codes")
    ACCOUNT_DELETED = "account.deleted", _("deleted the own account")
    SHIPMENTS_EXPORTED = "export.shipments", _("exported shipments")
    PERSON_EXPORTED = "export.person", _("exported the data of a person")
    SHOP_EXPORTED = "export.shop", _("exported the shop")
    TRAIL_EXPORTED = "export.trail", _("exported this log")
    PERSON_ERASED = "erasure.person", _("erased the data of a person")
    SHOP_ERASED = "erasure.shop", _("erased the shop")
    PERSON_FOUND = "reading.person", _("searched for a person")
    ADMIN_READ = "reading.admin", _("looked at personal data in the administration")

    @property
    def kind(self) -> AuditKind:
        return AuditKind(self.value.partition(".")[0])

"""The personal columns of people who log in, here and in the tables of Django and allauth."""

from lib.personal_data import Erasure, Kept, Subject, impersonal, personal

personal(
    "accounts.User",
    "email",
    "name",
    whose=Subject.MEMBER,
    why="to log in, and to show colleagues who did what",
    kept=Kept.ACCOUNT,
    erasure=Erasure.WITH_ACCOUNT,
    shop="",
)
personal(
    "accounts.User",
    "password",
    whose=Subject.MEMBER,
    why="to log in; a salted hash",
    kept=Kept.ACCOUNT,
    erasure=Erasure.WITH_ACCOUNT,
    shop="",
)
impersonal("accounts.User", "language")

personal(
    "account.EmailAddress",
    "email",
    whose=Subject.MEMBER,
    why="to log in and to get mail about the account",
    kept=Kept.ACCOUNT,
    erasure=Erasure.WITH_ACCOUNT,
    shop="",
)
impersonal("account.EmailConfirmation", "key")
personal(
    "sessions.Session",
    "session_data",
    whose=Subject.MEMBER,
    why="to stay logged in",
    kept=Kept.SESSIONS,
    erasure=Erasure.EXPIRES,
    shop="",
)
impersonal("sessions.Session", "session_key")
personal(
    "admin.LogEntry",
    "object_repr",
    "change_message",
    whose=Subject.MEMBER,
    why="to see who changed what in the administration",
    kept=Kept.TRAIL,
    erasure=Erasure.EMPTIED,
    shop="",
)
impersonal("admin.LogEntry", "object_id")
impersonal("auth.Group", "name")
impersonal("auth.Permission", "name", "codename")
impersonal("contenttypes.ContentType", "app_label", "model")

personal(
    "accounts.OutgoingMail",
    "to",
    "reply_to",
    "context",
    whose=Subject.BUYER,
    why="a mail to a buyer or a member until it is sent, and where it went for a few days after that",
    kept=Kept.UNTIL_DONE,
    erasure=Erasure.WITH_SHIPMENT,
    shop="",
)
impersonal("accounts.OutgoingMail", "language", "template", "state", "failure", "secrets_encrypted")
impersonal("accounts.AttemptCount", "key")

personal(
    "usersessions.UserSession",
    "ip",
    "user_agent",
    whose=Subject.MEMBER,
    why="to show where somebody is logged in, so that a stranger's session is noticed and ended",
    kept=Kept.SESSIONS,
    erasure=Erasure.EXPIRES,
    shop="",
)
impersonal("usersessions.UserSession", "session_key", "data")
personal(
    "mfa.Authenticator",
    "data",
    whose=Subject.MEMBER,
    why="to log in with a second step: encrypted secrets, public keys, and the names of passkeys",
    kept=Kept.ACCOUNT,
    erasure=Erasure.WITH_ACCOUNT,
    shop="",
)
impersonal("mfa.Authenticator", "type")

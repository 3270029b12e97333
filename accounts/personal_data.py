"""The personal columns of people who log in, here and in the tables of Django and allauth."""

from lib.personal_data import Erasure, Kept, Life, Subject, impersonal, personal

ACCOUNT = Life(Subject.MEMBER, Kept.ACCOUNT, Erasure.WITH_ACCOUNT, shop="")
SESSION = Life(Subject.MEMBER, Kept.SESSIONS, Erasure.EXPIRES, shop="")
ADMIN_LOG = Life(Subject.MEMBER, Kept.TRAIL, Erasure.EMPTIED, shop="")
MAIL = Life(Subject.BUYER, Kept.UNTIL_DONE, Erasure.WITH_SHIPMENT, shop="")

personal(
    "accounts.User",
    ACCOUNT,
    {
        "to log in, and to show colleagues who did what": "email name",
        "to log in; a salted hash": "password",
    },
)
impersonal("accounts.User", "language")
personal("account.EmailAddress", ACCOUNT, {"to log in and to get mail about the account": "email"})
impersonal("account.EmailConfirmation", "key")
personal(
    "mfa.Authenticator",
    ACCOUNT,
    {"to log in with a second step: encrypted secrets, public keys, and the names of passkeys": "data"},
)
impersonal("mfa.Authenticator", "type")

personal("sessions.Session", SESSION, {"to stay logged in": "session_data"})
impersonal("sessions.Session", "session_key")
personal(
    "usersessions.UserSession",
    SESSION,
    {"to show where somebody is logged in, so that a stranger's session is noticed and ended": "ip user_agent"},
)
impersonal("usersessions.UserSession", "session_key data")
impersonal("accounts.AttemptCount", "key")

personal(
    "admin.LogEntry",
    ADMIN_LOG,
    {"to see who changed what in the administration": "object_repr change_message"},
)
impersonal("admin.LogEntry", "object_id")
impersonal("auth.Group", "name")
impersonal("auth.Permission", "name codename")
impersonal("contenttypes.ContentType", "app_label model")

personal(
    "accounts.OutgoingMail",
    MAIL,
    {
        "a mail to a buyer or a member until it is sent, and where it went for a few days after that": (
            "to reply_to context"
        )
    },
)
impersonal("accounts.OutgoingMail", "language template state failure secrets_encrypted")

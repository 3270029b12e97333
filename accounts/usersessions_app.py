"""allauth's app of sessions without its receivers: ``accounts.services.user_sessions`` keeps the rows.

At each sign-in those load every session of the user one by one.
"""

from allauth.usersessions.apps import UserSessionsConfig


class UserSessionsTablesConfig(UserSessionsConfig):  # type: ignore[misc]
    def ready(self) -> None:
        """Nothing is connected."""

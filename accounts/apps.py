from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import signals  # noqa: F401, PLC0415 - connects the receivers
        from accounts.services.email_change import CONFIRM_TEMPLATE  # noqa: PLC0415
        from accounts.services.outbox import prepare_with  # noqa: PLC0415 - models are loaded by now
        from accounts.services.password_reset import RESET_TEMPLATE  # noqa: PLC0415

        prepare_with(CONFIRM_TEMPLATE, "accounts.services.email_change.prepare_confirmation")
        prepare_with(RESET_TEMPLATE, "accounts.services.password_reset.prepare_reset")

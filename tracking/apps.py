from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from accounts.services.outbox import on_failure  # noqa: PLC0415 - models are loaded by now
        from tracking.buyer_mail import HANDOVER_TEMPLATE  # noqa: PLC0415

        on_failure(HANDOVER_TEMPLATE, "tracking.buyer_mail.record_failure")

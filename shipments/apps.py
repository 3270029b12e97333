from django.apps import AppConfig


class ShipmentsConfig(AppConfig):
    name = "shipments"

    def ready(self) -> None:
        # Services import models, which are not loaded before ``ready``.
        from shipments.services.job_handlers import register_handlers  # noqa: PLC0415

        register_handlers()

from django.apps import AppConfig


class ShipmentsConfig(AppConfig):
    name = "shipments"

    def ready(self) -> None:
        # Services need models, which are loaded only now.
        from shipments.services.job_handlers import register_handlers  # noqa: PLC0415

        register_handlers()

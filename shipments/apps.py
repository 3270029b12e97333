from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ShipmentsConfig(AppConfig):
    name = "shipments"

    def ready(self) -> None:
        # Services import models, which are not loaded before ``ready``.
        from shipments.services.counters import triggers  # noqa: PLC0415
        from shipments.services.job_handlers import register_handlers  # noqa: PLC0415

        register_handlers()
        pre_migrate.connect(triggers.remove_before_migrating, sender=self)
        post_migrate.connect(triggers.install_after_migrating, sender=self)

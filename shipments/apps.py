from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, pre_migrate


class ShipmentsConfig(AppConfig):
    name = "shipments"

    def ready(self) -> None:
        # Services import models, which are not loaded before ``ready``.
        from shipments.services.counters import triggers  # noqa: PLC0415
        from shipments.services.job_handlers import register_handlers  # noqa: PLC0415

        register_handlers()
        pre_migrate.connect(triggers.remove_before_migrating, sender=self)
        post_migrate.connect(triggers.install_after_migrating, sender=self)
        pre_migrate.connect(_pause_triggers, sender=self)
        post_migrate.connect(_resume_triggers, sender=self)
        post_delete.connect(_forget_shop, sender="shops.Shop")
        post_delete.connect(_forget_member, sender="shops.Membership")


def _pause_triggers(using: str, plan: list[Any], **_: Any) -> None:
    from shipments.services.figures import pause_triggers  # noqa: PLC0415

    if plan:
        pause_triggers(using)


def _resume_triggers(using: str, **_: Any) -> None:
    from shipments.services.figures import resume_triggers  # noqa: PLC0415

    resume_triggers(using)


def _forget_shop(instance: Any, **_: Any) -> None:
    from shipments.services.figures import forget_shop  # noqa: PLC0415

    forget_shop(instance)


def _forget_member(instance: Any, **_: Any) -> None:
    """What somebody saved for themselves in a shop ends with their place in its team."""
    from shipments.models import SavedFilter  # noqa: PLC0415

    SavedFilter.objects.filter(shop=instance.shop_id, user=instance.user_id).delete()

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from audit import append_only


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        pre_migrate.connect(append_only.remove_before_migrating, sender=self)
        post_migrate.connect(append_only.install_after_migrating, sender=self)

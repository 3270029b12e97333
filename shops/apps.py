from celery.signals import task_postrun, worker_process_shutdown, worker_shutdown
from django.apps import AppConfig
from django.core.signals import request_finished


class ShopsConfig(AppConfig):
    name = "shops"

    def ready(self) -> None:
        from shops.services import exchanges  # noqa: PLC0415 - needs the models

        task_postrun.connect(exchanges.store_if_due)
        request_finished.connect(exchanges.store_if_due)
        worker_process_shutdown.connect(exchanges.store_collected)
        worker_shutdown.connect(exchanges.store_collected)

"""The configuration of gunicorn. Embedded mode needs one process, because Celery's threads run in it."""

import os
from typing import Any

from django.conf import settings

from lib.shared_memory import freeze_before_fork

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myparcel_backoffice.settings")
wsgi_app = "myparcel_backoffice.wsgi:application"
bind = os.environ.get("BIND", f"127.0.0.1:{settings.PORT}")
# Threads, which silent and slow clients cannot hold.
worker_class = "myparcel_backoffice.gunicorn_worker.PatientWorker"
keepalive = 5
threads = 8
workers = 1 if settings.EMBEDDED else int(os.environ.get("WEB_CONCURRENCY", "2"))
# The processes share what is loaded once. To load a new version restart the program; a HUP would not.
preload_app = not settings.EMBEDDED
timeout = 120
graceful_timeout = 5
control_socket_disable = True
loglevel = "warning"
logger_class = "myparcel_backoffice.gunicorn_logger.RedactingLogger"
_embedded: list[Any] = []


def when_ready(server: Any) -> None:
    """Before the processes are forked."""
    if preload_app:
        from myparcel_backoffice.warm_up import warm_up, warm_up_pages  # noqa: PLC0415 - needs Django to be set up

        warm_up()
        warm_up_pages(server.app.wsgi())
        freeze_before_fork()


def post_worker_init(worker: Any) -> None:
    if settings.EMBEDDED:
        from myparcel_backoffice.embedded import EmbeddedWorker  # noqa: PLC0415 - needs Django to be set up

        embedded = EmbeddedWorker()
        embedded.start()
        _embedded.append(embedded)


def worker_exit(server: Any, worker: Any) -> None:
    for embedded in _embedded:
        embedded.stop()

"""The scheduler as a program of its own. It sends tasks by name, so it imports neither them nor Django's models."""

from typing import Any

from celery.apps import beat


class Beat(beat.Beat):
    def init_loader(self) -> None:
        """Without the worker's start, which imports every task."""
        app: Any = self.app
        app.finalize()

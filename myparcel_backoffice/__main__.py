"""The programs of the background: ``python -m myparcel_backoffice worker`` and ``… beat``.

``worker`` serves every queue, in one process for what computes and one for what waits for others. With ``--queues`` it
serves those named, in one process; give it again for another process. ``--threads`` is the number for each queue.
"""

import argparse
import sys

import django
from django.conf import settings

from lib.queues import GROUPS, NOW, QUEUES
from myparcel_backoffice.celery import app


def main(arguments: list[str] | None = None) -> int:
    """Returns when the program is stopped, with its exit code."""
    parser = argparse.ArgumentParser(prog="python -m myparcel_backoffice", description=__doc__)
    parser.add_argument("program", choices=["worker", "beat"])
    parser.add_argument("--loglevel", default="WARNING", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    parser.add_argument("--queues", action="append", type=_queues, metavar="now,tidy")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args(arguments)
    if options.program == "beat":
        app.Beat(loglevel=options.loglevel).run()
        return 0
    # What follows is for the worker only: the scheduler is small because it loads none of it.
    django.setup()
    from myparcel_backoffice.supervisor import Supervisor  # noqa: PLC0415 - needs Django to be set up
    from myparcel_backoffice.worker import Group  # noqa: PLC0415 - needs Django to be set up

    groups = [Group(queues, options.threads) for queues in options.queues or default_groups()]
    return Supervisor(groups, options.loglevel).run()


def default_groups() -> list[tuple[str, ...]]:
    """What computes may have several processes."""
    return [queues for queues in GROUPS for _process in range(settings.WORKER_CONCURRENCY if NOW in queues else 1)]


def _queues(text: str) -> tuple[str, ...]:
    queues = tuple(name.strip() for name in text.split(","))
    if unknown := set(queues) - set(QUEUES):
        raise argparse.ArgumentTypeError(f"no such queue: {', '.join(sorted(unknown))}; there are {', '.join(QUEUES)}")
    return queues


if __name__ == "__main__":
    sys.exit(main())

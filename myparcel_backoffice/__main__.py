"""The programs of the background: ``python -m myparcel_backoffice worker`` and ``… beat``.

The same as ``celery -A myparcel_backoffice worker`` and ``… beat`` without the rest of Celery's command line, whose
interactive prompt alone takes 12 MB of each process.
"""

import argparse
import sys

from myparcel_backoffice.celery import app


def main(arguments: list[str] | None = None) -> int:
    """Returns when the program is stopped, with its exit code."""
    parser = argparse.ArgumentParser(prog="python -m myparcel_backoffice", description=__doc__)
    parser.add_argument("program", choices=["worker", "beat"])
    parser.add_argument("--loglevel", default="WARNING", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    options = parser.parse_args(arguments)
    if options.program == "beat":
        app.Beat(loglevel=options.loglevel).run()
        return 0
    worker = app.Worker(loglevel=options.loglevel)
    worker.start()
    return worker.exitcode or 0


if __name__ == "__main__":
    sys.exit(main())

"""Runs migrate, collectstatic and seed_demo in one process, because starting three takes longer.

Run from the top folder with ``python -m script.prepare``.
"""

import os
import sys

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myparcel_backoffice.settings")
    django.setup()
    # Tests start these programs often, and count what is in the busy shop.
    history = ["--history"] if os.environ.get("DEMO_HISTORY", "1") != "0" else []
    for command, *arguments in (
        ("migrate", "--verbosity=0"),
        ("collectstatic", "--noinput", "--verbosity=0"),
        ("seed_demo", "--accounts", os.environ.get("DEMO_ACCOUNTS", "1"), *history),
    ):
        try:
            call_command(command, *arguments)
        except Exception as error:  # noqa: BLE001 - any error becomes one line that names the command
            sys.exit(f"manage.py {command} failed: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()

from typing import Any

from django.core.management.base import BaseCommand

from privacy.document import document_path, with_tables


class Command(BaseCommand):
    help = "Writes the tables of docs/privacy.md anew, after a column or a period was declared."

    def handle(self, *_args: Any, **_options: Any) -> None:
        path = document_path()
        path.write_text(with_tables(path.read_text()))

"""The arguments by which the commands find a person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from privacy.services.find_person import PersonQuery


def add_person_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--email", default="", help="the person's e-mail address")
    parser.add_argument("--name", default="", help="the person's name, or that of a company")
    parser.add_argument("--number", default="", help="the number of an order")


def person_query(options: dict[str, Any]) -> PersonQuery:
    """Raises CommandError without anything to find a person by."""
    query = PersonQuery(options["email"], options["name"], options["number"])
    if query.is_empty:
        raise CommandError("Give at least one of --email, --name and --number.")
    return query

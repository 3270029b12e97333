"""The arguments by which the commands find a person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from privacy.services.person_rows import PersonQuery
from privacy.services.preview import PersonPreview


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


def describe(preview: PersonPreview) -> str:
    """What there is, and what was not looked through: no doubt is told as a no."""
    counts = ", ".join(f"{line.title}: {line.number}" for line in preview.lines)
    said = counts or ("nothing found so far" if preview.is_partial else "nothing")
    if preview.is_partial:
        looked = ", ".join(f"{line.title}: {line.number}" for line in preview.looked_through)
        said += (
            f". There may be more{f' (looked through: {looked})' if looked else ''}; erasing looks through everything"
        )
    if preview.leaves_out_name:
        said += ". Texts and files: a name of fewer than four letters is not looked for in them"
    return said

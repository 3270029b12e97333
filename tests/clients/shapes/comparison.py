"""Compares collected answers with the type declarations that the vendors publish; `compare.mjs` does the work."""

import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.clients.node_packages import installed

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Difference:
    """``kind`` is undeclared, missing, promised, type, value, format, absent or unanswered.

    ``path`` has [] for every item of a list.
    """

    endpoint: str
    path: str
    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.path}: {self.what}"


@dataclass(frozen=True)
class Known:
    """Differences that are as they should be. Endpoint and path may hold ``*``; brackets stand for themselves."""

    endpoint: str
    path: str
    kind: str
    reason: str
    source: str

    def covers(self, difference: Difference) -> bool:
        return (
            self.kind == difference.kind
            and matches(difference.endpoint, self.endpoint)
            and matches(difference.path, self.path)
        )


def matches(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern.replace("[", "[[]"))


@dataclass
class Answers:
    """Answers by the name of their type.

    Of the names in ``whole``, every declared key must occur in some answer. ``dates`` is the form of a text that is
    declared to be a date.
    """

    rows: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    clients: set[str] = field(default_factory=set)
    whole: tuple[str, ...] = ()
    dates: str = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"

    def add(self, name: str, answer: Any) -> Any:
        self.rows[name].append(answer)
        return answer

    def add_from_client(self, name: str, answer: Any) -> Any:
        """An answer in which a date is {"$date": text}."""
        self.clients.add(name)
        return self.add(name, answer)


def compare(types: Path, packages: Path, answers: Answers, *others: str) -> list[Difference]:
    """The differences from ``types``, a file of TypeScript; the folder ``packages`` has what it imports.

    ``others`` are files beside it that it imports as well.

    Raises RuntimeError with the compiler's words when ``types`` is not right or an answer has no type.
    """
    folder = installed(HERE, "shapes", ("compare.mjs", "formats.mjs", "promises.mjs"))
    for name in (types.name, *others):
        shutil.copy(types.with_name(name), packages / name)
    wanted = {
        "types": str(packages / types.name),
        "answers": answers.rows,
        "clients": sorted(answers.clients),
        "whole": answers.whole,
        "dates": answers.dates,
    }
    done = subprocess.run(
        ["node", "compare.mjs"], cwd=folder, input=json.dumps(wanted), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [Difference(**row) for row in json.loads(done.stdout)]


def unexplained(differences: Iterable[Difference], known: Sequence[Known]) -> list[str]:
    """The differences that the table does not have, and its entries that no longer occur, in words."""
    differences = list(differences)
    new = [str(found) for found in differences if not any(entry.covers(found) for entry in known)]
    gone = [
        f"{entry.endpoint}: {entry.path}: no longer differs ({entry.kind}); remove it from the table"
        for entry in known
        if not any(entry.covers(found) for found in differences)
    ]
    return sorted(new) + gone


# What was compared in this run: the vendor, the differences and the table of known ones.
REPORTS: list[tuple[str, Sequence[Difference], Sequence[Known]]] = []


def report(differences: Sequence[Difference], known: Sequence[Known], *, with_known: bool) -> list[str]:
    """Lines: the number of differences and each of them, and how many the table explains, or which and why."""
    unknown = unexplained(differences, known)
    counts = {entry: sum(map(entry.covers, differences)) for entry in known}
    lines = [f"{len(unknown)} differences", *(f"  {line}" for line in unknown)]
    lines.append(f"{sum(any(entry.covers(found) for entry in known) for found in differences)} known and explained")
    if with_known:
        lines += [
            f"  {entry.endpoint}: {entry.path}: {entry.kind}, {count}x: {entry.reason} ({entry.source})"
            for entry, count in counts.items()
        ]
    return lines

"""How much of the tables of addresses and postcodes comes out right, as rates, with the rows that do not.

``script/corpus`` prints them; ``test_corpus.py`` holds them to their bounds.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from carriers.addresses import address_parts, parse_address
from carriers.lookalikes import other_countries
from carriers.parcels import Address
from carriers.postcodes import read_postal_code
from carriers.tests.tables import read_rows

Row = dict[str, str]
PARTS = ("street", "number", "suffix", "box", "extra")
GLUED = re.compile(r"\d[^\W\d]{1,5}(?:\W|$)")


@dataclass(frozen=True)
class Rate:
    """``bound`` is the part of ``total`` that must be right; ``wrong`` says of each other row what came instead."""

    name: str
    total: int
    bound: float
    wrong: tuple[str, ...]

    @property
    def value(self) -> float:
        return (self.total - len(self.wrong)) / self.total if self.total else 0.0

    @property
    def is_met(self) -> bool:
        return self.total > 0 and self.value >= self.bound


def rates() -> Iterator[Rate]:
    lines = read_rows("addresses.tsv")
    glued = [row for row in lines if row["kind"] == "K2" and GLUED.search(row["line1"])]
    yield _rate("glued letters", 1.0, glued, _wrong_line)
    codes = read_rows("postcodes.tsv")
    yield _rate("good postcodes accepted", 0.99, _of(codes, "fits"), _wrong_code)
    yield _rate("bad postcodes refused", 0.99, _of(codes, "wrong"), _wrong_refusal)
    yield _rate("repairable postcodes repaired", 0.95, _of(codes, "repaired", "zero"), _wrong_code)
    yield _rate("look-alike postcodes hinted", 0.95, _of(codes, "lookalike"), _wrong_hint)
    yield _rate("street lines", 0.97, lines, _wrong_line)


def _of(rows: list[Row], *verdicts: str) -> list[Row]:
    return [row for row in rows if row["verdict"] in verdicts]


def _rate(name: str, bound: float, rows: list[Row], problem: Callable[[Row], str]) -> Rate:
    return Rate(name, len(rows), bound, tuple(found for row in rows if (found := problem(row))))


def _wrong_line(row: Row) -> str:
    found = parse_address(row["line1"], row["line2"], country=row["country"])
    address = Address(country=row["country"], **address_parts(found))
    wrong = [f"{name} “{getattr(found, name)}”" for name in PARTS if getattr(found, name) != row[name]]
    if row["paper"] and row["paper"] not in {address.street_line, " / ".join(address.place_lines)}:
        wrong.append(f"on paper “{address.street_line}”")
    return _said(row, f"{row['line1']} / {row['line2']}", ", ".join(wrong))


def _wrong_code(row: Row) -> str:
    found = read_postal_code(row["country"], row["given"])
    is_right = found.is_valid and found.text == row["right"]
    return "" if is_right else _said(row, row["given"], f"“{found.text}”, {'valid' if found.is_valid else 'refused'}")


def _wrong_refusal(row: Row) -> str:
    found = read_postal_code(row["country"], row["given"])
    return _said(row, row["given"], f"accepted as “{found.text}”") if found.is_valid else ""


def _wrong_hint(row: Row) -> str:
    hinted = other_countries(row["country"], row["given"])
    return "" if row["hint"] in hinted else _said(row, row["given"], f"hint {hinted or 'none'}")


def _said(row: Row, given: str, wrong: str) -> str:
    return f"{row['country']} {given}: {wrong}" if wrong else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/corpus", description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="only the rates, without the rows that are wrong")
    only_rates = parser.parse_args().quiet
    found = list(rates())
    for rate in found:
        mark = "  " if rate.is_met else "! "
        sys.stdout.write(f"{mark}{rate.name:32}{rate.value:8.2%} of {rate.total}, at least {rate.bound:.0%}\n")
        sys.stdout.writelines(f"      {row}\n" for row in (() if only_rates else rate.wrong))
    return 0 if all(rate.is_met for rate in found) else 1

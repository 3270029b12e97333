"""The comparison of shapes finds a difference of every kind, and the table of known ones can not grow stale."""

from pathlib import Path
from typing import Any

import pytest

from tests.clients.shapes.comparison import Answers, Difference, Known, compare, report, unexplained

pytestmark = [pytest.mark.clients]
TYPES = """
type Color = "RED" | "BLUE";
enum Size { SMALL = 1, LARGE = 2 }
interface Part {
  /** @format GUID */
  id?: string | null;
  color?: Color;
}
/** @oneof */
interface MakerOneOf {
  person?: string;
  company?: string;
}
interface Maker extends MakerOneOf {
  person?: string;
  company?: string;
}
type NonNullablePaths<T, Paths, Depth> = T;
interface GetThingSignature {
  (thing: NonNullablePaths<Thing, `extra`, 1>): Promise<
    NonNullablePaths<Thing, `size` | `parts.${number}.color` | `maker.person` | `maker.company` | `old`, 2>
  >;
}
interface Thing {
  maker?: Maker;
  name: string;
  /** @maxLength 5 */
  code?: string;
  /** @maxSize 2 */
  parts?: Part[];
  size?: Size;
  made?: Date | null;
  sold?: boolean;
  pair?: [number, number];
  either?: { kind: "a"; a: number } | { kind: "b"; b: number };
  extra?: Record<string, number>;
  /** @deprecated */
  old?: string;
  /** @hidden */
  ours: string;
}
"""
GUID = "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3"
WHOLE: dict[str, Any] = {
    "name": "Mug",
    "code": "MUG-1",
    "parts": [{"id": GUID, "color": "RED"}, {"id": None}],
    "size": 2,
    "made": "2026-11-30T07:00:00.000Z",
    "sold": False,
    "pair": [1, 2],
    "either": {"kind": "b", "b": 1},
    "extra": {"anything": 1},
    "maker": {"person": "Hanna", "company": "Pottery"},
}


MADE = {"name": "Mug", "made": {"$date": "2026-11-30T07:00:00.000Z"}}
BARE = {"name": "Mug", "parts": [{"id": GUID}, {"id": GUID}]}
# What differs from WHOLE, and the one difference that is to be found.
PLANTED: list[tuple[dict[str, Any], str, str]] = [
    ({"nmae": "Mug"}, "nmae", "undeclared"),
    ({"parts": [{"ID": GUID}]}, "parts[].ID", "undeclared"),
    ({"name": None}, "name", "type"),
    ({"name": 7}, "name", "type"),
    ({"sold": "false"}, "sold", "type"),
    ({"parts": {"id": GUID}}, "parts", "type"),
    ({"pair": [1]}, "pair", "type"),
    ({"pair": [1, "2"]}, "pair[]", "type"),
    ({"extra": {"anything": "1"}}, "extra.anything", "type"),
    ({"size": 3}, "size", "value"),
    ({"parts": [{"color": "GREEN"}]}, "parts[].color", "value"),
    ({"made": "2026-11-30 07:00:00"}, "made", "type"),
    ({"made": 1}, "made", "type"),
    ({"code": "MUG-12"}, "code", "format"),
    ({"parts": [{}, {}, {}]}, "parts", "format"),
    ({"parts": [{"id": "7"}]}, "parts[].id", "format"),
    ({"either": {"kind": "b"}}, "either.b", "missing"),
]
CASES = {
    **{f"planted {place}": WHOLE | changes for place, (changes, _path, _kind) in enumerate(PLANTED)},
    "whole": WHOLE,
    "empty": {},
    "bare": BARE,
    "bare, may be so": BARE,
    "made by a client": MADE,
    "made by no client": MADE,
    "a client's text": WHOLE,
    "client things.getThing": BARE | {"maker": {"company": "Pottery"}},
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    """The differences of each case, as (path, kind); all cases in one run, because the compiler's start is slow."""
    path = tmp_path_factory.mktemp("types") / "thing.ts"
    names = "\n".join(f'  "{name}": Thing;' for name in (*CASES, "nobody"))
    path.write_text(f"{TYPES}export interface Answers {{\n{names}\n}}\n")
    answers = Answers(
        whole=("whole", "bare"), clients={"made by a client", "a client's text", "client things.getThing"}
    )
    for name, answer in CASES.items():
        answers.add(name, answer)
    rows: dict[str, list[tuple[str, str]]] = {name: [] for name in CASES}
    for row in compare(path, tmp_path_factory.mktemp("packages"), answers):
        rows.setdefault(row.endpoint, []).append((row.path, row.kind))
    return rows


def test_an_answer_as_declared_has_no_difference(found: Any):
    assert found["whole"] == []


@pytest.mark.parametrize("place", range(len(PLANTED)), ids=lambda place: str(PLANTED[place][0]))
def test_a_difference_of_each_kind_is_found_at_its_place(found: Any, place: int):
    _changes, path, kind = PLANTED[place]
    assert found[f"planted {place}"] == [(path, kind)]


def test_a_required_key_that_is_not_there_is_found_unless_it_is_hidden(found: Any):
    assert found["empty"] == [("name", "missing")]


def test_what_no_answer_has_is_named_where_answers_are_to_be_whole_unless_it_is_deprecated(found: Any):
    absent = {"code", "parts[].color", "size", "made", "sold", "pair", "either", "extra", "maker"}
    assert {path for path, kind in found["bare"] if kind == "absent"} == absent
    assert found["bare, may be so"] == []


def test_what_a_client_says_is_never_missing_is_found_when_it_is(found: Any):
    assert found["client things.getThing"] == [("size", "promised"), ("parts[].color", "promised")]


def test_a_date_that_a_client_made_is_told_from_a_text(found: Any):
    assert found["made by a client"] == []
    assert found["made by no client"] == [("made", "type")]
    assert found["a client's text"] == [("made", "type")]


def test_a_type_without_an_answer_is_a_difference(found: Any):
    assert found["nobody"] == [(".", "unanswered")]


def folder(tmp_path: Path) -> Path:
    """A folder without packages."""
    (tmp_path / "packages").mkdir()
    return tmp_path / "packages"


def test_an_answer_without_a_type_is_an_error(tmp_path: Path):
    (tmp_path / "none.ts").write_text("export interface Answers {}\n")
    answers = Answers()
    answers.add("GET /other", {})
    with pytest.raises(RuntimeError, match="GET /other has no type"):
        compare(tmp_path / "none.ts", folder(tmp_path), answers)


def test_a_package_that_is_not_there_is_an_error(tmp_path: Path):
    (tmp_path / "lost.ts").write_text('import type { Thing } from "lost";\nexport interface Answers { thing: Thing }')
    with pytest.raises(RuntimeError, match="Cannot find module 'lost'"):
        compare(tmp_path / "lost.ts", folder(tmp_path), Answers())


FOUND = [Difference("GET /thing", "parts[].ID", "undeclared", "is not declared")]
EXPLAINED = Known("GET *", "parts[].*", "undeclared", "a sample has it", "page Things")


def test_a_known_difference_is_named_with_its_reason():
    assert unexplained(FOUND, [EXPLAINED]) == []
    assert report(FOUND, [EXPLAINED], with_known=False) == ["0 differences", "1 known and explained"]
    assert report(FOUND, [EXPLAINED], with_known=True) == [
        "0 differences",
        "1 known and explained",
        "  GET *: parts[].*: undeclared, 1x: a sample has it (page Things)",
    ]


def test_a_difference_that_is_not_in_the_table_is_named():
    assert unexplained(FOUND, []) == ["GET /thing: parts[].ID: is not declared"]
    assert report(FOUND, [], with_known=False)[:2] == ["1 differences", "  GET /thing: parts[].ID: is not declared"]


@pytest.mark.parametrize("field", ["endpoint", "path", "kind"])
def test_an_entry_of_the_table_that_no_longer_occurs_is_an_error(field: str):
    texts = {"endpoint": "GET *", "path": "parts[].*", "kind": "undeclared", "reason": "r", "source": "s"}
    stale = Known(**texts | {field: "other"})
    assert any("no longer differs" in line for line in unexplained(FOUND, [EXPLAINED, stale]))

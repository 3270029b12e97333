"""docs/security.md binds every requirement to tests that exist, or says why there is none."""

import re

from tests.our_apps import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in DOCUMENT.partition("## Requirements")[2].splitlines()
    if re.match(r"\| \d+\.\d+\.\d+ ", line)
]
# Requirements of levels 1 and 2 in the standard, by chapter: docs_en of version 5.0.0 counts them so.
REQUIREMENTS = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13,
    16: 16, 17: 7,
}  # fmt: skip
CONTRACT = {
    "webhook", "tenant_walls", "mass_assignment", "csrf_everywhere", "get_changes_nothing", "headers_everywhere",
    "csp_clean", "xss", "ssrf", "session", "lockout", "no_leaks", "rotate_keys", "erase", "audit",
}  # fmt: skip


def named_tests(text: str) -> list[str]:
    return [name for name in re.findall(r"`([\w/]+\.py(?:::\w+)?)`", text) if "test" in name]


def exists(test: str) -> bool:
    file, _colons, name = test.partition("::")
    path = ROOT / file
    return path.exists() and (not name or re.search(rf"^def {name}\(", path.read_text(), re.MULTILINE) is not None)


def test_every_requirement_of_the_standard_is_here_once():
    ids = [row[0] for row in ROWS]
    assert len(ids) == len(set(ids)) == 253
    assert {chapter: sum(id_.startswith(f"{chapter}.") for id_ in ids) for chapter in REQUIREMENTS} == REQUIREMENTS
    assert {row[1] for row in ROWS} == {"1", "2"}


def test_a_requirement_is_held_by_tests_that_exist_or_has_a_reason():
    for row in ROWS:
        named = named_tests(row[3])
        assert [test for test in named if not exists(test)] == [], row[0]
        assert named or len(row[3]) >= 4, row[0]
    assert sum(bool(named_tests(row[3])) for row in ROWS) > 100


def test_tests_that_are_promised_by_name_are_found():
    table = DOCUMENT.partition("## Tests by name")[2].partition("## Requirements")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \|(.+)$", table, re.MULTILINE))
    assert set(rows) >= CONTRACT
    for name, row in rows.items():
        files = re.findall(r"`([\w/]+\.py)`", row)
        assert files, name
        assert all((ROOT / file).exists() for file in files), name


def test_a_test_that_is_gone_is_noticed():
    assert exists("tests/test_security_document.py::test_a_test_that_is_gone_is_noticed")
    assert not exists("tests/test_security_document.py::test_that_never_was")
    assert not exists("tests/test_of_nobody.py")

"""A value out of all proportion costs itself, never the document around it."""

import json
import math

import pytest

from lib.json_parsing import MAX_DEPTH, parse_json


def page(value: str) -> bytes:
    return b'{"before": 1, "value": ' + value.encode("utf-8", "surrogatepass") + b', "after": [2, "]"]}'


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[" * 5000 + "]" * 5000, "deep"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "deep"),
        ("9" * 5000, math.inf),
        ("-" + "9" * 5000, -math.inf),
        ("1" + "0" * 90, 10**90),
        ("1e999999", math.inf),
        ("NaN", None),
        ("-Infinity", None),
        (r'"Jan\ud800sen"', "Jan\ufffdsen"),
        (r'"\ud83d\ude00"', "\N{GRINNING FACE}"),
        (r'"a\u0000b"', "a\0b"),
        ('"a\x01b\nc"', "a\x01b\nc"),
        (r'"\\\"[[["', '\\"[[['),
    ],
)
def test_the_rest_of_the_document_is_read(written, read):
    found = parse_json(page(written))
    assert (found["before"], found["after"]) == (1, [2, "]"])
    if read != "deep":
        assert found["value"] == read


def test_what_is_nested_too_deep_is_nothing_from_there_on():
    found = parse_json(b"[" * 5000 + b"]" * 5000)
    depth = 0
    while found:
        (found,) = found
        depth += 1
    assert (depth, found) == (MAX_DEPTH - 1, None) or depth == MAX_DEPTH


def test_bytes_of_another_encoding_cost_their_character_only():
    assert parse_json(b'{"city": "Orl\xe9ans", "number": "1"}') == {"city": "Orl\ufffdans", "number": "1"}


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": ', b"<html>", b"[1,]", b"[" * 5000, b'"open', b"\xff\xfe\x00"])
def test_what_is_no_json_is_still_none(body):
    with pytest.raises(ValueError, match="."):
        parse_json(body)


def test_ordinary_documents_are_read_as_ever():
    value = {"a": [1, 2.5, None, True, "\N{SNOWMAN}"], "b": {"c": "x" * 100}}
    assert parse_json(json.dumps(value).encode()) == value

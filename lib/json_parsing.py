"""Reading JSON of other programs that is legal, or nearly, and yet more than Python's own reader takes.

One value out of all proportion must not cost the document it stands in: a page of a hundred orders has one order with a
figure of ten thousand digits or with lists nested a thousand deep, and the other ninety-nine are fine.
"""

import json
import math
import re
from typing import Any

from pydantic_core import from_json

# Deeper than any document an API describes, and far from what recursive code can take.
MAX_DEPTH = 100
# More than any number that is meant; Python refuses to read more than 4,300.
MAX_DIGITS = 100
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
STRUCTURE = re.compile(r'["\[\]{}]')
SURROGATE = re.compile("[\ud800-\udfff]")
SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


def parse_json(body: bytes | str) -> Any:
    """The value of a JSON document. Raises ValueError when it is none.

    A number of too many digits is read as infinite, what is nested too deep and NaN as null, half a character (a lone
    surrogate) as U+FFFD, and a control character or a byte of another encoding in a text is tolerated.
    """
    try:
        # Refuses all that is said above, and reads what is left as Python's own reader does.
        return from_json(body, allow_inf_nan=False)
    except ValueError:
        pass
    try:
        value = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        value = _parse_leniently(body)
    if isinstance(body, bytes) and SURROGATE_ESCAPE.search(body):
        return _without_surrogates(value)
    return value


def _no_number(_name: str) -> None:
    """JSON has no NaN and no Infinity; programs that write them mean that there is no number."""


def _parse_leniently(body: bytes | str) -> Any:
    text = body if isinstance(body, str) else body.decode(json.detect_encoding(body), "replace")
    text = _without_depths(text.removeprefix("\ufeff"))
    try:
        return json.loads(text, strict=False, parse_int=_parse_int, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _parse_int(digits: str) -> int | float:
    if len(digits) <= MAX_DIGITS:
        return int(digits)
    return -math.inf if digits.startswith("-") else math.inf


def _without_depths(text: str) -> str:
    """With null for every value deeper than MAX_DEPTH. Without recursion, and unchanged when nothing is too deep."""
    kept: list[str] = []
    depth = start = at = 0
    while found := STRUCTURE.search(text, at):
        sign, at = found[0], found.end()
        if sign == '"':
            string = STRING.match(text, found.start())
            if string is None:
                break
            at = string.end()
        elif sign in "[{":
            depth += 1
            if depth == MAX_DEPTH + 1:
                kept.append(text[start : found.start()])
        else:
            depth -= 1
            if depth == MAX_DEPTH:
                kept.append("null")
                start = at
    if depth > MAX_DEPTH:
        raise ValueError("nested without an end")
    return "".join([*kept, text[start:]])


def _without_surrogates(value: Any) -> Any:
    """Python joins the halves it can; those that are left have no writing in any encoding."""
    if isinstance(value, str):
        return SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(name): _without_surrogates(item) for name, item in value.items()}
    return value

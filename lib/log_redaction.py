"""The second net of the log: what is personal or secret is taken out before a handler writes it.

The first net is that messages name ids and codes only. This one is for texts that we do not write: exceptions, what
libraries say, and addresses with their questions. It works on known forms (addresses of mail, phones, postcodes, keys,
named fields, what stands in quotes in an exception), so a name alone in a sentence of our own would pass it.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType

PLACEHOLDER = "…"
# What the log of a statement ends in, and what PostgreSQL adds to an error: the values of the row.
_SQL_VALUES = re.compile(r"; (?:args|params)=.*?(?=; alias=|\Z)", re.DOTALL)
_DETAIL = re.compile(
    r"\b(DETAIL|CONTEXT|STATEMENT|QUERY|PARAMETERS?|DETAILS):.*?(?=\n\s*(?:HINT:|File \"|Traceback)|\n\n|\Z)", re.DOTALL
)
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
_QUESTION = re.compile(r"(?<=[\w/%.\])-])\?[^\s\"'<>]+")
_BEARER = re.compile(r"\b(Bearer|Basic|Token)\s+[\w.~+/=-]{6,}", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?")
_LONG = re.compile(r"(?<![\w/.-])[\w+=-]{24,}(?![\w.-])|(?<![\w-])gAAAA[\w=-]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SECRETS = r"pass(?:word|wd)?|secret|[\w-]*token|api[_-]?key|authorization|cookie|session(?:id|key)?|signature|signed"
_PERSONAL = (
    r"person|company|(?:full|first|last|sur|buyer|contact|customer)?[_-]?name|customer|recipient|street|address(?:_?line)?\d?"
    r"|line[12]|house_?number|postal_?code|zip(?:_?code)?|postcode|city|town|e-?mail|login|phone|buyer_?note|instructions"
    r"|search_text|words|query|subject|reply_to|to"
)
_FIELD = re.compile(
    rf"(?<![\w.])(['\"]?(?:{_SECRETS}|{_PERSONAL})['\"]?\s?[:=]\s?)"
    r"(?:\((?:[^()]*)\)|\[[^\]]*\]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s,;&}\])]+)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.:-])(?:(?:\+|00)[1-9][0-9](?:[ ().-]?[0-9]){7,12}|0[1-9](?:[ -]?[0-9]){8})(?![\w.:-])")
_POSTCODE = re.compile(r"(?<![\w.-])[1-9][0-9]{3} ?(?!SA|SD|SS|MB|KB|GB|MS)[A-Z]{2}(?![\w-])")
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|«[^»]*»|“[^”]*”|`[^`\n]*`")
# Of a statement stay its time, its kind and its first table: SQLite and Django write the values into it.
_STATEMENT = re.compile(r"(?P<time>\([\d.]+\)) *(?P<kind>[A-Z]+(?: SAVEPOINT)?)", re.IGNORECASE)
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+\"?(\w+)", re.IGNORECASE)
# The repr of a row: its name may be that of a person.
_ROW = re.compile(r"<([A-Z]\w*): [^<>\n]*>")
_BREAKS = re.compile(r"[\r\n\x0b\x0c\x85\u2028\u2029]+")


def redact(text: str) -> str:
    """The text without what has the form of personal data or of a secret. May be repeated."""
    text = _SQL_VALUES.sub(f"; args={PLACEHOLDER}", text)
    text = _DETAIL.sub(rf"\1: {PLACEHOLDER}", text)
    text = _QUESTION.sub(f"?{PLACEHOLDER}", text)
    text = _EMAIL.sub("<email>", text)
    text = _BEARER.sub(rf"\1 {PLACEHOLDER}", text)
    text = _JWT.sub("<token>", text)
    text = _LONG.sub(_without_key, text)
    text = _ROW.sub(r"<\1>", text)
    text = _FIELD.sub(rf"\1{PLACEHOLDER}", text)
    text = _PHONE.sub("<phone>", text)
    return _POSTCODE.sub("<postcode>", text)


def _without_key(found: re.Match[str]) -> str:
    """Keys mix cases and figures, or are long hexadecimal numbers; names of functions and ids of rows are neither."""
    text = found[0]
    is_id = _UUID.fullmatch(text) or not any(sign.isdigit() for sign in text)
    is_key = re.fullmatch(r"[0-9a-fA-F]{24,}", text) or (text != text.lower() and text != text.upper())
    return "<key>" if is_key and not is_id else text


def redact_values(text: str) -> str:
    """Also without what stands in quotes: in an error that is a value more often than a name."""
    return _QUOTED.sub(f"'{PLACEHOLDER}'", redact(text))


def redact_statement(text: str) -> str:
    """A line of the log of statements."""
    statement = _STATEMENT.match(text)
    if statement is None:
        return redact_values(text)
    table = _TABLE.search(text, statement.start("kind"))
    return f"{statement['time']} {statement['kind']} {table[1] if table else ''} {PLACEHOLDER}"


ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def redact_exception(info: ExceptionInfo) -> str:
    """The traceback as Python prints it; the lines of code stay, what the exceptions say is redacted."""
    return "\n".join(_traceback_lines("".join(traceback.format_exception(*info)).rstrip("\n")))


def _traceback_lines(text: str) -> Iterator[str]:
    said: list[str] = []
    is_code = False
    for line in text.split("\n"):
        is_file = line.lstrip(" |+-").startswith('File "')
        is_code = is_file or (is_code and line.startswith("    "))
        if is_code or line.startswith(("Traceback ", "During handling", "The above exception")):
            yield from _said(said)
            said = []
            yield line
        else:
            said.append(line)
    yield from _said(said)


def _said(lines: list[str]) -> Iterator[str]:
    """Together, because a value may have several lines."""
    if lines:
        yield redact_values("\n".join(lines))


class Redaction(logging.Filter):
    """For every handler. A message is one line, whatever it quotes."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "is_redacted", False):
            return True
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - a message and arguments that do not fit must not end what was logged about
            message = f"{record.msg!s:.100}"
        shown = redact_statement(message) if record.name.startswith("django.db") else redact(message)
        record.msg = _BREAKS.sub(" ", shown)
        record.args = ()
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = redact_exception(record.exc_info)
            record.exc_info = None
        elif record.exc_text:
            record.exc_text = redact_values(record.exc_text)
        record.is_redacted = True
        return True

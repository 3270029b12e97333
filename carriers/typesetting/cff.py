"""Writes the charset of a CID-keyed Compact Font Format table, which HarfBuzz numbers from 1.

Adobe Technical Note 5176 describes the format. The charset lists the number (CID) by which a PDF finds each glyph.
"""

HEADER_SIZE_AT = 2
CHARSET_OPERATOR = 15
SHORT_INTEGER = 28
LONG_INTEGER = 29
REAL_NUMBER = 30
ESCAPE = 12


class UnexpectedTable(ValueError):
    """The table is not laid out as HarfBuzz writes it."""


def with_charset(table: bytes, numbers: list[int]) -> bytes:
    """The table with ``numbers[i - 1]`` as the number of glyph i; glyph 0 is always 0."""
    _start, names_end = _index(table, table[HEADER_SIZE_AT])
    start, end = _index(table, names_end)
    at = _operand_of(CHARSET_OPERATOR, table, start, end)
    charset = b"\0" + b"".join(number.to_bytes(2) for number in numbers)
    return table[: at + 1] + len(table).to_bytes(4) + table[at + 5 :] + charset


def _index(table: bytes, at: int) -> tuple[int, int]:
    """Start of the first object of the INDEX at ``at``, and end of the last one."""
    count = int.from_bytes(table[at : at + 2])
    size = table[at + 2]
    last_offset = at + 3 + count * size
    data = last_offset + size - 1
    return data + 1, data + int.from_bytes(table[last_offset : last_offset + size])


def _operand_of(operator: int, table: bytes, at: int, end: int) -> int:
    """Position of the last operand of ``operator`` in a DICT; a four-byte integer, so that it can be replaced."""
    operand = at
    while at < end:
        first = table[at]
        if first == operator and table[operand] == LONG_INTEGER:
            return operand
        operand, at = at, at + _length(table, at)
    raise UnexpectedTable(f"no four-byte operand for operator {operator}")


def _length(table: bytes, at: int) -> int:
    """Number of bytes of the operand or operator at ``at``."""
    first = table[at]
    if first == REAL_NUMBER:
        return next(length for length in range(2, 20) if table[at + length - 1] & 0x0F == 0x0F)
    if first == LONG_INTEGER:
        return 5
    if first == SHORT_INTEGER:
        return 3
    return 2 if first == ESCAPE or first >= 247 else 1

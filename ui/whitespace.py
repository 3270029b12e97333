"""Whitespace between elements: what indents a template is no part of the page."""

import re

# Elements around which whitespace shows nothing: it is not allowed to, or it is at the edge of a block.
EDGES = (
    "tr|td|th|thead|tbody|table|caption|colgroup|col|option|optgroup|meta|link|head|title|body|html|"
    "div|p|nav|section|main|header|form|dialog|h1|h2|h3|dl|dt|dd|ul|ol|template|noscript"
)
RUN = re.compile(r"\s{2,}|[\n\t]")
AROUND_EDGES = re.compile(rf"\s*(</?(?:{EDGES})\b[^>]*>)\s*")
# In these every space counts.
LITERAL = re.compile(r"<(?:pre|textarea)\b")


def collapse_whitespace(html: str) -> str:
    """Every run of whitespace as one space, as a browser shows it, and none around the parts of a table."""
    if is_literal(html):
        return html
    return AROUND_EDGES.sub(r"\1", RUN.sub(" ", html))


def is_literal(html: str) -> bool:
    """Whether every space in it may count."""
    return LITERAL.search(html) is not None

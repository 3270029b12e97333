"""Rows of long lists: a template is rendered once for each shape of row, not once for each row.

A row is a shape, which decides its structure, and texts, which differ from row to row. The template is rendered with
the shape and with a slot for each text; what comes out is kept for each language, and a row only fills in its slots. So
a row costs microseconds, its urls are reversed and its constants translated once, and the template stays a template.
"""

import re
import uuid
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple, NoReturn

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from ui.minify import minify_row
from ui.whitespace import collapse_whitespace

# A shop sees some dozens of shapes; more would mean that a text got into the shape.
MAX_SKELETONS = 1000
# Stands for the public id of a row in urls, which accept nothing but an id.
ID_SLOT = uuid.UUID("5107feed-0000-4000-8000-000000000000")


class Slot(str):
    """Stands for a text of a row. A template may print it and pass it on, but not judge or change it: TypeError."""

    is_misused = False

    def __new__(cls, name: str) -> "Slot":
        return super().__new__(cls, f"\ue000{name}\ue001")

    def __html__(self) -> str:
        return "".join((self,))

    def __hash__(self) -> int:
        return super().__hash__()

    def _refuse(self, *_args: object) -> NoReturn:
        # A condition of a template swallows exceptions, so the template asks this afterwards.
        self.is_misused = True
        raise TypeError("A row template may only print the texts of a row. What it judges belongs to the shape.")

    __bool__ = __str__ = __len__ = __contains__ = _refuse
    __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = _refuse


class RowTemplate:
    """``texts`` names the texts of a row; the template also finds ``id``, the public id. A NamedTuple is the shape.

    ``page`` names the url of the only page that shows the rows; links to what is below it become relative.
    """

    def __init__(self, name: str, texts: tuple[str, ...], page: str = "") -> None:
        self.name, self.texts, self.page = name, texts, page
        self._skeletons: dict[tuple[str | None, tuple[Any, ...]], str] = {}

    def render(self, shape: NamedTuple, public_id: uuid.UUID, texts: Mapping[str, object]) -> SafeString:
        """Escapes the texts. Raises KeyError for a missing text, TypeError when the template judges or changes one."""
        key = (get_language(), shape)
        skeleton = self._skeletons.get(key)
        if skeleton is None:
            skeleton = self._make_skeleton(shape)
            if len(self._skeletons) >= MAX_SKELETONS:
                self._skeletons.clear()
            if not settings.DEBUG:
                self._skeletons[key] = skeleton
        filled = {name: _escaped(texts[name]) for name in self.texts}
        filled["id"] = str(public_id)
        return mark_safe(skeleton % filled)  # noqa: S308 - the template's own output, filled with escaped texts

    def _make_skeleton(self, shape: NamedTuple) -> str:
        slots = {name: Slot(name) for name in self.texts}
        html = get_template(self.name).render({**shape._asdict(), **slots, "id": ID_SLOT})
        for slot in slots.values():
            if slot.is_misused:
                slot._refuse()
        html = self._shorten(html).replace("%", "%%").replace(str(ID_SLOT), "%(id)s")
        for name in self.texts:
            html = html.replace(f"\ue000{name}\ue001", f"%({name})s")
        return html

    def _shorten(self, html: str) -> str:
        html = collapse_whitespace(html)
        if self.page:
            html = re.sub(rf'(?<=="){re.escape(reverse(self.page))}(?=[\w-]+/)', "", html)
        return minify_row(html)


def _escaped(text: object) -> str:
    return text if isinstance(text, SafeString) else escape(str(text))

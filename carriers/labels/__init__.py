"""Draws parcel labels as PDF.

What draws is imported when it is first used: a program that draws nothing saves ReportLab, PDFium and the fonts, which
every web process, worker and scheduler would keep in memory.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from carriers.labels.slots import sheet_plan
from carriers.typesetting.shaping import unprintable_characters

if TYPE_CHECKING:
    from carriers.labels.sheet import draw_documents, draw_forms, draw_labels, write_documents

__all__ = [
    "draw_documents",
    "draw_forms",
    "draw_labels",
    "sheet_plan",
    "unprintable_characters",
    "write_documents",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("carriers.labels.sheet"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

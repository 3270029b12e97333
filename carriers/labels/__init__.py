"""Draws parcel labels as PDF."""

from carriers.labels.sheet import draw_documents, draw_forms, draw_labels, sheet_plan
from carriers.typesetting.shaping import unprintable_characters

__all__ = ["draw_documents", "draw_forms", "draw_labels", "sheet_plan", "unprintable_characters"]

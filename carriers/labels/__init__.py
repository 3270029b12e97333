"""Draws parcel labels: values in, PDF bytes out."""

from carriers.labels.sheet import draw_documents, draw_forms, draw_labels, sheet_plan
from carriers.typesetting.shaping import undrawable

__all__ = ["draw_documents", "draw_forms", "draw_labels", "sheet_plan", "undrawable"]

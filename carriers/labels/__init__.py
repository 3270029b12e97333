"""Draws parcel labels: values in, PDF bytes out."""

from carriers.labels.sheet import draw_labels, sheet_plan
from carriers.typesetting.shaping import undrawable

__all__ = ["draw_labels", "sheet_plan", "undrawable"]

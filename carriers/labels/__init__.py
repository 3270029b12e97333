"""Draws parcel labels: values in, PDF bytes out."""

from carriers.labels.fonts import undrawable
from carriers.labels.sheet import draw_labels

__all__ = ["draw_labels", "undrawable"]

"""Foreign JSON may have any shape: where it has another one than was promised it says nothing."""

from typing import Any


def as_dict(value: Any) -> dict[str, Any]:
    """The object, or an empty one for everything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The list, or an empty one for everything else."""
    return value if isinstance(value, list) else []

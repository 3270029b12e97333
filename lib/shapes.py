"""Foreign JSON may have any shape: where it has another one than was promised it says nothing."""

from typing import Any


def an_object(value: Any) -> dict[str, Any]:
    """The object, or an empty one for everything else."""
    return value if isinstance(value, dict) else {}


def a_list(value: Any) -> list[Any]:
    """The list, or an empty one for everything else."""
    return value if isinstance(value, list) else []

"""Codes under which a merchant and support mean the same thing."""

from uuid import UUID


def reference_code(name: str, public_id: UUID) -> str:
    """Short enough to be read out, and a part of the id that support searches by."""
    return f"{name}-{public_id.hex[:8]}"

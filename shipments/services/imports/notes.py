"""What the merchant is told about an import without being stopped."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Note:
    field: str
    code: str
    text: Promise | str

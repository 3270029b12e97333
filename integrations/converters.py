"""The part of an address that names a platform."""

from django.urls.converters import SlugConverter

from integrations.providers import PROVIDERS


class PlatformConverter(SlugConverter):
    """Matches the key of a platform we know; every other address is not found."""

    def to_python(self, value: str) -> str:
        if value not in PROVIDERS:
            raise ValueError(value)
        return value

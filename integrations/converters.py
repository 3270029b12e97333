from django.urls.converters import SlugConverter

from integrations.providers import PROVIDERS


class PlatformConverter(SlugConverter):
    """The key of a known platform; any other URL is a 404."""

    def to_python(self, value: str) -> str:
        if value not in PROVIDERS:
            raise ValueError(value)
        return value

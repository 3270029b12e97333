"""What `manage.py check --deploy` asks of the platforms that orders come from; see ``ui.deploy_checks``."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from integrations.providers import all_providers


@register(Tags.security, deploy=True)
def check_platforms(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    try:
        providers = all_providers()
    except ValueError as error:
        hint = "Correct the settings of the shop system: see the README."
        return [Error(f"A shop system cannot be used: {error}.", hint=hint, id="integrations.E002")]
    return [
        Error(
            f"{name} is empty, so {provider.name} can neither be connected nor tell us of orders.",
            hint=str(provider.setup_message),
            id="integrations.E001",
        )
        for provider in providers
        for name in provider.missing_settings
    ]

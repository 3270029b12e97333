from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from integrations import deploy_checks  # noqa: F401, PLC0415 - registers itself

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ui"

    def ready(self) -> None:
        from ui import deploy_checks  # noqa: F401, PLC0415 - registers itself

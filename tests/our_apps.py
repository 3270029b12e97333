"""Which of the installed apps are ours: every sweep asks here, so a new app is swept too."""

from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
OUR_APPS = tuple(config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT)

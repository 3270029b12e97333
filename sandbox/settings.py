"""Settings of the sandbox: a separate program with a separate database."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("DATA_DIR", HERE.parent / ".data")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
BACKOFFICE_URL = os.environ.get("BACKOFFICE_URL", "http://127.0.0.1:8000")
# The default of the switch `webhook_url`: where events are posted; none while empty.
WEBHOOK_URL = os.environ.get("WEBHOOK_URL", "")
# The default of the switch `app_url`: the app's page, as a developer enters it at Wix.
APP_URL = os.environ.get("APP_URL", f"{BACKOFFICE_URL}/integratie/wix/openen/")
SECRET_KEY = "the sandbox has no secrets"  # noqa: S105 - there are no sessions and no users here
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
ROOT_URLCONF = "sandbox.urls"
INSTALLED_APPS = ["sandbox.apps.SandboxConfig", "sandbox.myparcel.apps.MyParcelConfig"]
MIDDLEWARE = [
    "sandbox.middleware.Headers",
    "django.middleware.common.CommonMiddleware",
    "sandbox.middleware.CountCalls",
    "sandbox.middleware.Faults",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates", HERE / "myparcel" / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "sandbox.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

"""Settings of the tests: the product's, with fast password hashes, plain static files and a separate cache."""

import os

from myparcel_backoffice.settings import *  # noqa: F403
from myparcel_backoffice.settings import CACHES, DATA_DIR, DATABASES, RATE_LIMIT_URL, REDIS_URL

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Parallel workers share neither files nor a cache: cleaning up in one would take away what another just wrote.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
FILES_DIR = DATA_DIR / "files" / _worker
ERASURE_JOURNAL = DATA_DIR / f"erasures-{_worker}.jsonl"
# The gateways of tests act at once or never.
LABEL_SETTLE_SECONDS = 0.0
WIX_APP_ID, WIX_APP_SECRET = "app-id", "app-secret"
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # `tests.backing_services` migrates it.
    DATABASES["default"]["TEST"] = {"TEMPLATE": DATABASES["default"]["NAME"]}
if REDIS_URL:
    # Celery has database 0.
    _database = f"?db={int(_worker.removeprefix('gw')) + 1}"
    CACHES["default"]["LOCATION"] = f"{REDIS_URL}{_database}"
    RATE_LIMIT_URL = f"{RATE_LIMIT_URL}{_database}"

"""Settings. What differs between machines comes from environment variables, which .env.example lists.

Without any it runs on SQLite, without Redis, with keys that the first start creates.
"""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from myparcel_backoffice.account_settings import *  # noqa: F403
from myparcel_backoffice.local_keys import load_local_keys

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# Environment
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()
PORT = env.int("PORT", default=8000)
BASE_URL = env.str("BASE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# Secrets
if PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY")
    FIELD_KEYS = env.list("FIELD_KEYS")
else:
    _keys = load_local_keys(DATA_DIR)
    SECRET_KEY = env.str("SECRET_KEY", default=_keys["secret_key"])
    FIELD_KEYS = env.list("FIELD_KEYS", default=[_keys["field_key"]])
# Hash what was erased; the first makes new hashes, all are compared. Empty: a key made of SECRET_KEY.
TOMBSTONE_KEYS = env.list("TOMBSTONE_KEYS", default=[])
if PRODUCTION and (DEBUG or "*" in ALLOWED_HOSTS or len(SECRET_KEY) < 40 or BASE_URL.startswith("http://")):
    raise ImproperlyConfigured(
        "PRODUCTION needs DEBUG off, named ALLOWED_HOSTS, a SECRET_KEY of 40 characters or more and an https BASE_URL."
    )

# Applications
INSTALLED_APPS = [
    "myparcel_backoffice",
    "ui.apps.UiConfig",
    "audit.apps.AuditConfig",
    "durable_cache.apps.DurableCacheConfig",
    "sweeps.apps.SweepsConfig",
    "accounts.apps.AccountsConfig",
    "shops.apps.ShopsConfig",
    "jobs.apps.JobsConfig",
    "integrations.apps.IntegrationsConfig",
    "shipments.apps.ShipmentsConfig",
    "tracking.apps.TrackingConfig",
    "privacy.apps.PrivacyConfig",
    "demo.apps.DemoConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "accounts.usersessions_app.UserSessionsTablesConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
]
MIDDLEWARE = [
    "ui.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ui.middleware.CompressPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "ui.middleware.MaintenanceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "ui.middleware.StripNulMiddleware",
    "myparcel_backoffice.old_parameters.OldParametersMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ReauthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shops.middleware.CurrentShopMiddleware",
    "audit.middleware.AdminReadsMiddleware",
    "accounts.middleware.UserLanguageMiddleware",
]
ROOT_URLCONF = "myparcel_backoffice.urls"
WSGI_APPLICATION = "myparcel_backoffice.wsgi.application"
FILE_LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("ui.template_loader.Loader", FILE_LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shipments.context_processors.navigation",
            ],
        },
    }
]

FORM_RENDERER = "ui.form_renderer.FormRenderer"

# Data
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'backoffice.sqlite3'}"),
}
# A new connection costs more than most of what is asked through it. Each is checked before a request or task uses it.
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Tests use a file too: threads cannot share an in-memory database.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # What is deleted is overwritten, so that who was erased is not left in free pages.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }
else:
    # Seconds and milliseconds after which a server that is silent counts as away.
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 3, "tcp_user_timeout": 15_000} | DATABASES["default"].get(
        "OPTIONS", {}
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "lib.soft_cache.SoftRedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    ),
    "durable": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "durable_cache_cacherow",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
}
# The library of the rate limits has a URL scheme of its own for sockets.
RATE_LIMIT_URL = REDIS_URL.replace("unix://", "redis+unix://") if REDIS_URL else "memory://"
FILES_DIR = DATA_DIR / "files"
# What was erased, see ``lib.tombstones``. Its backup is kept apart from that of the database.
ERASURE_JOURNAL = DATA_DIR / "erasures.jsonl"

# Accounts; account_settings.py has what is the same everywhere.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Whether the proxy in front reads a request before it passes it on, as nginx does.
BUFFERING_PROXY = env.bool("BUFFERING_PROXY", default=False)
# Browsers take http for a secure origin on this machine only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://")
PASSWORD_RESET_TIMEOUT = 3600
# "Stay logged in" lasts 30 days. Other sessions end with the browser, when idle, or at the maximum age.
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=12 * 3600)
SESSION_LONGEST_SECONDS = env.int("SESSION_LONGEST_SECONDS", default=14 * 24 * 3600)
SHOPS_OPENED_BY = env.str("SHOPS_OPENED_BY", default="") or "owners"
if SHOPS_OPENED_BY not in {"everyone", "owners", "staff"}:
    raise ImproperlyConfigured("SHOPS_OPENED_BY is everyone, owners or staff.")

# Browser
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
DEVICE_COOKIE_NAME = "device"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-session"
    DEVICE_COOKIE_NAME = "__Host-device"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # Joining the HSTS preload list is the domain owner's decision.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
# Names the other origins that forms may lead to.
FORM_ORIGINS = "integrations.providers.consent_origins"
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# A customs form of the largest order has 700 rows of seven fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
CSRF_FAILURE_VIEW = "ui.error_pages.csrf_failure"

# Language and time
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# Files for the browser
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "ui.static_finders.GeneratedFilesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    if PRODUCTION
    else {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

# Mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_HOST", ""), EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
# Seconds; shorter than the lease of a mail. Without it a silent mail server holds a worker for ever.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="MyParcel Backoffice <backoffice@localhost>")

# Background work
EMBEDDED = not REDIS_URL
# Celery has a URL scheme of its own for sockets.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://") if REDIS_URL else "memory://"
# Celery's checks would load every URL, view and form into each process of the worker, which serves no page;
# `manage.py check --deploy` makes the same checks.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
REDIS_TRANSPORT_OPTIONS: dict[str, float] = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    # A bell is rung once: the transport's own retries held a page for six seconds.
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, float] = {"polling_interval": 0.05} if EMBEDDED else REDIS_TRANSPORT_OPTIONS
# A worker goes on without its broker, and looks for it as long as it runs.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Processes that compute, in a worker of its own.
WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=1)

# Intervals, leases and limits. Tests shorten them through the environment.
WORK_SWEEP_SECONDS = env.float("WORK_SWEEP_SECONDS", default=10)
# A queue of background work that nobody looked through for so long is said to stand still.
QUEUE_SILENT_SECONDS = env.float("QUEUE_SILENT_SECONDS", default=45)
WORK_LEASE_SECONDS = env.float("WORK_LEASE_SECONDS", default=60)
PUSH_LEASE_SECONDS = env.float("PUSH_LEASE_SECONDS", default=180)
PUSH_SETTLE_SECONDS = env.float("PUSH_SETTLE_SECONDS", default=90)
LABEL_SETTLE_SECONDS = env.float("LABEL_SETTLE_SECONDS", default=90)
RETRY_BASE_SECONDS = env.float("RETRY_BASE_SECONDS", default=2)
RETRY_CAP_SECONDS = env.float("RETRY_CAP_SECONDS", default=900)
# The first wait before a connection whose token is refused is asked again; each wait doubles the time so far.
RECONNECT_BASE_SECONDS = env.float("RECONNECT_BASE_SECONDS", default=60)
SYNC_EVERY_SECONDS = env.float("SYNC_EVERY_SECONDS", default=300)
# While webhooks arrive.
SYNC_WITH_WEBHOOKS_SECONDS = env.float("SYNC_WITH_WEBHOOKS_SECONDS", default=3600)
SYNC_STALE_SECONDS = env.float("SYNC_STALE_SECONDS", default=60)
SYNC_OVERLAP_SECONDS = env.float("SYNC_OVERLAP_SECONDS", default=600)
REQUESTS_PER_MINUTE = env.int("REQUESTS_PER_MINUTE", default=150)
CONSENT_MINUTES = env.int("CONSENT_MINUTES", default=10)
FILE_RETENTION_DAYS = env.int("FILE_RETENTION_DAYS", default=14)
AUDIT_RETENTION_DAYS = env.int("AUDIT_RETENTION_DAYS", default=730)

# Wix. Without credentials script/server sets those of its sandbox.
WIX_APP_ID = env.str("WIX_APP_ID", default="")
WIX_APP_SECRET = env.str("WIX_APP_SECRET", default="")
WIX_WEB_URL = env.str("WIX_WEB_URL", default="https://www.wix.com").rstrip("/")
WIX_API_URL = env.str("WIX_API_URL", default="https://www.wixapis.com").rstrip("/")
# The site of the links to orders; empty for no links.
WIX_DASHBOARD_URL = env.str("WIX_DASHBOARD_URL", default="https://manage.wix.com").rstrip("/")
WIX_SHARE_URL_ID = env.str("WIX_SHARE_URL_ID", default="")
# PEM, or base64 of PEM. Two while Wix rotates its key.
WIX_WEBHOOK_PUBLIC_KEYS = env.list("WIX_WEBHOOK_PUBLIC_KEYS", default=[])

# How much of MyParcel's documented limits of calls is used; other programs of the merchant share the account.
MYPARCEL_LIMIT_PERCENT = env.float("MYPARCEL_LIMIT_PERCENT", default=90)
# MyParcel creates the labels of shops with an API key; the others get test labels.
MYPARCEL_API_URL = env.str("MYPARCEL_API_URL", default="https://api.myparcel.nl").rstrip("/")

# Operations
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="")
_until = env.str("MAINTENANCE_UNTIL", default="")
try:
    MAINTENANCE_UNTIL = datetime.fromisoformat(_until).replace(tzinfo=ZoneInfo(TIME_ZONE)) if _until else None
except ValueError as error:
    raise ImproperlyConfigured("MAINTENANCE_UNTIL needs a time such as 2026-06-10T06:00.") from error
ADMIN_PATH = env.str("ADMIN_PATH", default="" if PRODUCTION else "admin/")
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redaction": {"()": "lib.log_redaction.Redaction"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["redaction"]}},
    "loggers": {
        # kombu warns at every start that the in-memory broker has no host.
        "kombu.connection": {"level": "ERROR"},
        # Django's own handlers know no redaction.
        "django": {"handlers": [], "level": LOG_LEVEL},
        # At DEBUG it writes the whole context of a page whenever a template asks for what is not there.
        "django.template": {"level": "INFO"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}

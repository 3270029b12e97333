"""What `manage.py check --deploy` asks of production, beside Django's own checks: what is wrong is said at once.

Each of these would otherwise be noticed only when it hurts: mail that goes nowhere, keys that encrypt nothing, a limit
that counts every visitor as one.
"""

from collections.abc import Callable, Iterable
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "::1", ""}
# Backends that send no mail.
NO_MAIL = ("console", "dummy", "locmem", "filebased")
MIN_SECRET_LENGTH, MIN_SECRET_CHARACTERS = 40, 10
Check = Callable[[], Iterable[CheckMessage]]


def check_deployment(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Errors only with PRODUCTION; a program on one's own machine needs none of this."""
    if not settings.PRODUCTION:
        return []
    return [message for check in CHECKS for message in check()]


def check_proxy() -> Iterable[CheckMessage]:
    if not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        yield Error(
            "TRUSTED_PROXY_COUNT is 0, but https needs a proxy in front: every visitor has the address of the proxy, "
            "so limits count all of them as one, and http is not told from https.",
            hint="Set it to the number of proxies between the internet and this program, usually 1.",
            id="backoffice.E001",
        )
    if not settings.BUFFERING_PROXY:
        yield Error(
            "BUFFERING_PROXY is not set: nothing says that the proxy in front reads a whole request before it passes "
            "it on, so a few slow clients could hold every thread.",
            hint="Put nginx in front as in deploy/nginx.conf, or another proxy that buffers requests, and set it to 1.",
            id="backoffice.E002",
        )


def check_mail() -> Iterable[CheckMessage]:
    backend = settings.EMAIL_BACKEND.lower()
    is_sent = not any(word in backend for word in NO_MAIL)
    if not is_sent or ("smtp" in backend and not settings.EMAIL_HOST):
        yield Error(
            "No mail is sent: passwords cannot be reset and nobody can be invited.",
            hint="Set EMAIL_URL, for example smtp+tls://user:password@host:587.",
            id="backoffice.E003",
        )
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if sender.rpartition("@")[2] in LOCAL_HOSTS:
        yield Error(
            f"Mail has the sender {sender or 'nobody'}, which other servers refuse.",
            hint="Set DEFAULT_FROM_EMAIL to an address of your own domain.",
            id="backoffice.E004",
        )


def check_keys() -> Iterable[CheckMessage]:
    if not settings.FIELD_KEYS or not all(map(is_field_key, settings.FIELD_KEYS)):
        yield Error(
            "FIELD_KEYS is empty or has a key that is none: tokens and API keys can neither be stored nor read.",
            hint="A key is 32 random bytes in URL-safe base64, as cryptography's Fernet.generate_key() makes them.",
            id="backoffice.E005",
        )
    secret = settings.SECRET_KEY
    if len(secret) < MIN_SECRET_LENGTH or len(set(secret)) < MIN_SECRET_CHARACTERS or secret in settings.FIELD_KEYS:
        yield Error(
            "SECRET_KEY is short, simple or one of FIELD_KEYS: sessions and links in mails could be forged.",
            hint="Use 50 random characters that are used nowhere else.",
            id="backoffice.E006",
        )


def is_field_key(key: str) -> bool:
    from cryptography.fernet import Fernet  # noqa: PLC0415 - programs that check nothing need not load it

    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def check_hosts() -> Iterable[CheckMessage]:
    host = urlsplit(settings.BASE_URL).hostname or ""
    if not set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS names no host of the internet: every page is refused, or every name is believed.",
            hint="Set it to the host of BASE_URL.",
            id="backoffice.E007",
        )
    elif not any(host == name or (name.startswith(".") and host.endswith(name)) for name in settings.ALLOWED_HOSTS):
        yield Error(
            f"BASE_URL has the host {host or 'of nobody'}, which is not in ALLOWED_HOSTS: links in mails lead nowhere.",
            hint="Add it to ALLOWED_HOSTS.",
            id="backoffice.E008",
        )


def check_redis() -> Iterable[CheckMessage]:
    if not settings.REDIS_URL:
        yield Error(
            "REDIS_URL is empty: the web server and the background work share one process, and limits of calls end "
            "with each restart.",
            hint="Set it, for example to redis://host:6379/0, and start a worker and a scheduler.",
            id="backoffice.E009",
        )


CHECKS: tuple[Check, ...] = (check_proxy, check_mail, check_keys, check_hosts, check_redis)
register(check_deployment, Tags.security, deploy=True)

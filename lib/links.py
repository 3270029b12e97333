"""The one gate of links that come from outside, before they become an href, a redirect or a line of a mail."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_LINK = 2048
# Browsers drop these from the middle of a link, so that they hide what it is.
_HIDDEN = re.compile(r"[\s\\\x00-\x1f\x7f]")


def web_link(link: str | None, *, hosts: Collection[str] = (), max_length: int = MAX_LINK) -> str:
    """The link when a browser opens a web page with it, else an empty string.

    That is https with a host (http on this machine only, for the sandbox), without a user name, a blank, a control or
    a backslash. ``hosts`` are the ones it may lead to, with their subdomains; any without.
    """
    if not link or len(link) > max_length or not link.isprintable() or _HIDDEN.search(link):
        return ""
    try:
        parts = urlsplit(link)
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)
    is_known = not hosts or any(host == known or host.endswith(f".{known}") for known in hosts)
    return link if is_secure and host and is_known and "@" not in parts.netloc else ""

"""Every class of failure at others: how it is brought about, on which pages a merchant reads of it, and what.

``tests/test_failure_sentences.py`` goes through the table; an error, a kind or a state that is in no row fails it.
"""

from dataclasses import dataclass

from lib.http import (
    ApiError,
    ApiForbidden,
    ApiInvalidResponse,
    ApiRejected,
    ApiUnauthorized,
    ApiUnavailable,
    CallTooLong,
)

# Pages of a shop, by what a row calls them.
SITE, IMPORT, ORDER, DASHBOARD, KEY, DRAFT = "site", "import", "order", "dashboard", "key", "draft"
# Where a site fails as a whole, and where only its orders cannot be read: an order that was told of is not concerned.
EVERYTHING = "everything"
PLATFORM_PAGES = (SITE, IMPORT, ORDER, DASHBOARD)
READING_PAGES = (SITE, IMPORT, DASHBOARD)
STOPPED_PAGES = (SITE, ORDER, DASHBOARD)
GATEWAY_PAGES = (KEY, ORDER, DRAFT, DASHBOARD)


@dataclass(frozen=True)
class Failure:
    """``where`` is the call that fails: one of the platform in memory, EVERYTHING of it, or "gateway"."""

    name: str
    where: str
    error: ApiError
    kind: str
    english: str
    dutch: str
    pages: tuple[str, ...]
    # The connection's state meanwhile.
    state: str = "active"


def _down(status: int | None = None, *, sent: bool = True) -> ApiUnavailable:
    return ApiUnavailable("down", status=status, sent=sent)


SILENT = "Acme isn't responding", "Acme geeft geen antwoord"
SLOW = "Acme asked us to slow down", "Acme vroeg ons rustiger aan te doen"
REFUSED = "Acme no longer accepts our connection", "Acme accepteert onze koppeling niet meer"
NONSENSE = "We couldn't understand the response from Acme", "Acme gaf een antwoord dat we niet begrijpen"
PERMISSION = "does not give the app the permission", "does not give the app the permission"
LABELS_SILENT = "AcmePost isn't responding", "AcmePost geeft geen antwoord"
LABELS_NONSENSE = "We couldn't understand the response from AcmePost", "AcmePost gaf een antwoord dat we niet begrijpen"

FAILURES = (
    Failure("platform refuses connections", EVERYTHING, _down(sent=False), "unreachable", *SILENT, PLATFORM_PAGES),
    Failure("platform 5xx", EVERYTHING, _down(503), "unreachable", *SILENT, PLATFORM_PAGES),
    Failure("platform hangs", EVERYTHING, CallTooLong(), "unreachable", *SILENT, PLATFORM_PAGES),
    Failure(
        "platform 429",
        EVERYTHING,
        ApiUnavailable("slow", sent=False, retry_after=30, status=429),
        "rate_limited",
        *SLOW,
        PLATFORM_PAGES,
    ),
    Failure("platform nonsense", EVERYTHING, ApiInvalidResponse("html"), "broken", *NONSENSE, PLATFORM_PAGES),
    Failure(
        "platform 401",
        "orders_page",
        ApiUnauthorized("no", status=401),
        "reconnect",
        *REFUSED,
        STOPPED_PAGES,
        "reconnect",
    ),
    Failure(
        "platform 403 on read",
        "orders_page",
        ApiForbidden("", status=403, code="Read Orders"),
        "permission",
        *PERMISSION,
        STOPPED_PAGES,
        "permission",
    ),
    Failure(
        "platform 403 on create",
        "push",
        ApiForbidden("", status=403, code="Manage Orders"),
        "permission",
        *PERMISSION,
        STOPPED_PAGES,
        "permission",
    ),
    Failure("platform 5xx on create", "push", _down(500), "unreachable", *SILENT, PLATFORM_PAGES),
    Failure(
        "platform without a store",
        "orders_page",
        ApiRejected("no store", status=428),
        "no_store",
        "This site has no Acme Stores any more",
        "This site has no Acme Stores any more",
        READING_PAGES,
    ),
    Failure(
        "platform rejects the question",
        "orders_page",
        ApiRejected("bad", status=400),
        "refused",
        "Acme rejected our request",
        "Acme weigerde onze vraag",
        READING_PAGES,
    ),
    Failure(
        "token refused", "mint", ApiRejected("invalid", status=400), "reconnect", *REFUSED, STOPPED_PAGES, "reconnect"
    ),
    Failure("token 5xx", "mint", _down(502), "unreachable", *SILENT, PLATFORM_PAGES),
    Failure("token hangs", "mint", CallTooLong(), "unreachable", *SILENT, PLATFORM_PAGES),
    Failure(
        "token 429",
        "mint",
        ApiUnavailable("slow", sent=False, retry_after=30, status=429),
        "rate_limited",
        *SLOW,
        PLATFORM_PAGES,
    ),
    Failure("token nonsense", "mint", ApiInvalidResponse("html"), "broken", *NONSENSE, PLATFORM_PAGES),
    Failure("gateway refuses connections", "gateway", _down(sent=False), "unreachable", *LABELS_SILENT, GATEWAY_PAGES),
    Failure("gateway 5xx", "gateway", _down(503), "unreachable", *LABELS_SILENT, GATEWAY_PAGES),
    Failure("gateway hangs", "gateway", CallTooLong(), "unreachable", *LABELS_SILENT, GATEWAY_PAGES),
    Failure(
        "gateway 429",
        "gateway",
        ApiUnavailable("slow", sent=False, retry_after=90, status=429),
        "rate_limited",
        "AcmePost asked us to slow down",
        "AcmePost vroeg ons rustiger aan te doen",
        GATEWAY_PAGES,
    ),
    Failure(
        "gateway 401",
        "gateway",
        ApiUnauthorized("no", status=401),
        "rejected",
        "AcmePost no longer accepts this shop's API key",
        "AcmePost accepteert de API-sleutel van deze shop niet meer",
        GATEWAY_PAGES,
    ),
    Failure(
        "gateway 403",
        "gateway",
        ApiForbidden("no", status=403),
        "forbidden",
        "This API key may not do this at AcmePost",
        "Deze API-sleutel mag dit niet bij AcmePost",
        GATEWAY_PAGES,
    ),
    Failure(
        "gateway 402",
        "gateway",
        ApiRejected("pay", status=402),
        "payment",
        "AcmePost wants a payment",
        "AcmePost wil een betaling",
        GATEWAY_PAGES,
    ),
    Failure("gateway nonsense", "gateway", ApiInvalidResponse("html"), "broken", *LABELS_NONSENSE, GATEWAY_PAGES),
)

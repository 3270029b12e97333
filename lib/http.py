"""Calls to foreign APIs: one way of calling, four ways of failing."""


class ApiError(Exception):
    """Something went wrong between us and a foreign API; ``text`` is what can be shown or logged safely."""

    def __init__(self, text: str = "", *, status: int | None = None, code: str = "") -> None:
        super().__init__(text)
        self.text, self.status, self.code = text, status, code


class ApiUnreachable(ApiError):
    """No answer, or an answer that says "later" (timeout, 429, 5xx). The work stays due.

    ``sent`` is False only when the request provably never left (refused, DNS, TLS, connect timeout, 429);
    a write with ``sent`` True may have acted. ``retry_after`` is in seconds.
    """

    def __init__(
        self, text: str = "", *, sent: bool = True, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(text, status=status)
        self.sent, self.retry_after = sent, retry_after


class ApiUnauthorized(ApiError):
    """Our credentials are no longer accepted (401, or 403 when ``status`` says so)."""


class ApiRejected(ApiError):
    """The API understood and refuses (other 4xx); ``text`` holds its words."""


class ApiBroken(ApiError):
    """An answer that could not be understood: not JSON, wrong shape, somebody else's id."""

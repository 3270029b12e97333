"""A client for JSON APIs. Every failure is one of four errors, each of which needs a different reaction."""

import math
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from lib.http_deadline import Deadline, DeadlineAdapter, deadline
from lib.json_parsing import parse_json
from lib.json_values import as_dict
from lib.links import LOOPBACK_HOSTS
from lib.text import clean_text


class ApiError(Exception):
    """A call to an API failed. ``message`` contains no secrets, so it may be shown and logged.

    ``body`` is the parsed JSON of a rejection, else None. ``retry_after`` is the number of seconds to wait before the
    next call, 0 when the API named none.
    """

    retry_after: float = 0.0

    def __init__(self, message: str = "", *, status: int | None = None, code: str = "", body: Any = None) -> None:
        super().__init__(message)
        self.message, self.status, self.code, self.body = message, status, code, body


class ApiUnavailable(ApiError):
    """No response, or a temporary error (timeout, 429, 5xx): try again later.

    ``sent`` is False only when the request certainly had no effect (connection refused, DNS, TLS, connect timeout,
    429); a write with ``sent`` True may have been processed.
    """

    def __init__(
        self,
        message: str = "",
        *,
        sent: bool = True,
        retry_after: float = 0.0,
        status: int | None = None,
    ) -> None:
        super().__init__(message, status=status)
        self.sent, self.retry_after = sent, retry_after


class CallTooLong(ApiUnavailable):
    """The response was not complete after ``TOTAL_SECONDS``; the call may have been processed."""

    def __init__(self) -> None:
        super().__init__("the response took too long")


class ApiUnauthorized(ApiError):
    """The credentials are not accepted (401) or lack a permission (403, see ApiForbidden)."""


class ApiForbidden(ApiUnauthorized):
    """The credentials are known and lack a permission (403): a definite answer, and nothing was done."""


class ApiRejected(ApiError):
    """The API rejects the request (other 4xx); ``message`` is its explanation."""


class ApiInvalidResponse(ApiError):
    """The response is not what the API documents: not JSON, another structure, an unknown id."""


# A page of a hundred orders of two hundred lines each fits; a line takes one and a half kilobytes.
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_FILE_BYTES = 100 * 1024 * 1024
# Seconds to connect, and to wait for each part of a response.
TIMEOUT, DOWNLOAD_TIMEOUT = (3, 15), (3, 60)
# Seconds for a whole call, from the first byte to the last: a response that trickles in ends here. Below the leases.
TOTAL_SECONDS, DOWNLOAD_TOTAL_SECONDS = 30.0, 120.0
DEFAULT_WAIT_SECONDS, MAX_WAIT_SECONDS = 30.0, 3600.0
MAX_ERROR_TEXT, MAX_ERROR_CODE = 1000, 100

# Told of every call: method, path, status (0 without an answer), milliseconds, the API's request id.
Exchange = Callable[[str, str, int, int, str], None]
# The message and the code in the parsed body of a rejected call; each empty when there is none.
ReadError = Callable[[Any], tuple[str, str]]


def read_error(parsed: Any) -> tuple[str, str]:
    """What most APIs say: ``message``, or OAuth's ``error`` and ``error_description``."""
    body = as_dict(parsed)
    message = body.get("message") or body.get("error_description") or ""
    return clean_text(message, MAX_ERROR_TEXT)[0], clean_text(body.get("error") or "", MAX_ERROR_CODE)[0]


class ApiClient:
    """One foreign API over JSON. Nothing secret is logged; every failure is one of the four errors above.

    ``request_id_header`` names the header in which this API numbers its answers.
    """

    def __init__(
        self,
        base_url: str,
        *,
        agent: str,
        on_exchange: Exchange | None = None,
        request_id_header: str = "",
        read_error: ReadError = read_error,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK_HOSTS:
            raise ValueError("a foreign API is called over https only")
        self._base_url, self._on_exchange = base_url.rstrip("/"), on_exchange
        self._request_id_header, self._read_error = request_id_header, read_error
        self._session = requests.Session()
        self._session.trust_env = False
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, DeadlineAdapter())
        # Others would be unpacked too where their packages happen to be installed.
        self._session.headers["Accept-Encoding"] = "gzip, deflate"
        self._session.headers["User-Agent"] = agent
        self.clock_offset: int | None = None
        """Seconds the API's clock was ahead of ours, by the Date header of its last answer."""

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> Any:
        """The parsed JSON of a 2xx answer, None for a 204.

        A ``repeatable`` call is tried once more when the line breaks.
        Raises ApiUnavailable, ApiUnauthorized, ApiRejected or ApiInvalidResponse.
        """
        try:
            return self._call_once(method, path, body, headers, timeout)
        except CallTooLong:
            raise
        except ApiUnavailable as error:
            if not repeatable or error.status is not None or not error.sent:
                raise
        return self._call_once(method, path, body, headers, timeout)

    def download(
        self, path: str, *, headers: Mapping[str, str] | None = None, max_bytes: int = MAX_FILE_BYTES
    ) -> bytes:
        """The raw body of a 2xx answer to a GET, at most ``max_bytes``. May be repeated. Raises as ``call``."""
        content: bytes = self._exchange(
            "GET",
            path,
            None,
            headers,
            lambda answer: self._read_file(answer, max_bytes),
            DOWNLOAD_TIMEOUT,
            DOWNLOAD_TOTAL_SECONDS,
        )
        return content

    def path_of(self, url: str) -> str:
        """The path of a URL from an answer, absolute or not. Raises ApiInvalidResponse for another host."""
        if url.startswith(self._base_url + "/"):
            return url[len(self._base_url) :]
        if not url.startswith("/") or url.startswith("//"):
            raise ApiInvalidResponse("an address on another host")
        return url

    def _call_once(
        self, method: str, path: str, body: Any, headers: Mapping[str, str] | None, timeout: tuple[float, float]
    ) -> Any:
        return self._exchange(
            method, path, body, headers, lambda answer: self._parse(answer, _read_body(answer)), timeout
        )

    def _exchange(
        self,
        method: str,
        path: str,
        body: Any,
        headers: Mapping[str, str] | None,
        parse: Callable[[requests.Response], Any],
        timeout: tuple[float, float],
        total: float | None = None,
    ) -> Any:
        started, status, request_id = time.monotonic(), 0, ""
        try:
            with (
                deadline(total or TOTAL_SECONDS) as call,
                self._session.request(
                    method,
                    self._base_url + path,
                    json=body,
                    headers=dict(headers or {}),
                    timeout=timeout,
                    allow_redirects=False,
                    stream=True,
                ) as answer,
            ):
                status, request_id = answer.status_code, answer.headers.get(self._request_id_header, "")
                self.clock_offset = _clock_offset(answer.headers.get("Date", ""), self.clock_offset)
                return _parse_in_time(call, parse, answer)
        except requests.RequestException as error:
            if call.expired:
                raise CallTooLong from error
            # Nothing of a call arrived before a byte of it left, whatever the error is called.
            raise ApiUnavailable(type(error).__name__, sent=call.sent or _may_have_arrived(error)) from error
        finally:
            if self._on_exchange:
                spent = int((time.monotonic() - started) * 1000)
                self._on_exchange(method, path, status, spent, request_id)

    def _read_file(self, answer: requests.Response, max_bytes: int) -> bytes:
        """The bytes of a success; every other answer is read as JSON and raised."""
        if answer.status_code == 200:
            return _read_body(answer, max_bytes)
        if answer.status_code == 202:
            raise ApiInvalidResponse("HTTP 202, the file is not ready", status=202)
        self._parse(answer, _read_body(answer))
        raise ApiInvalidResponse(f"HTTP {answer.status_code} instead of a file", status=answer.status_code)

    def _parse(self, answer: requests.Response, body: bytes) -> Any:
        """The parsed JSON of a success; every other answer is raised."""
        status = answer.status_code
        if status == 429:
            wait = retry_after(answer.headers)
            raise ApiUnavailable("too many requests", sent=False, retry_after=wait, status=status)
        if status >= 500:
            raise ApiUnavailable(f"HTTP {status}", status=status)
        parsed = _parse_json(answer, body)
        if 300 <= status < 400:
            raise ApiInvalidResponse(f"HTTP {status}, an unexpected redirect", status=status)
        if status >= 400:
            raise self._rejection(status, parsed)
        if status == 204:
            return None
        if parsed is None:
            raise ApiInvalidResponse("the answer is not JSON", status=None)
        return parsed

    def _rejection(self, status: int, parsed: Any) -> ApiError:
        message, code = self._read_error(parsed)
        if status in (401, 403):
            kind = ApiForbidden if status == 403 else ApiUnauthorized
            return kind(message, status=status, code=code)
        return ApiRejected(message or f"HTTP {status}", status=status, code=code, body=parsed)


def _parse_in_time(call: Deadline, parse: Callable[[requests.Response], Any], answer: requests.Response) -> Any:
    """Raises CallTooLong also where a response that was cut off looks whole, or wrong."""
    try:
        parsed = parse(answer)
    except ApiError as error:
        if call.expired:
            raise CallTooLong from error
        raise
    if call.expired:
        raise CallTooLong
    return parsed


def _clock_offset(date: str, before: int | None) -> int | None:
    """Seconds that moment is ahead of our clock; what was known before when it cannot be read."""
    try:
        return round(parsedate_to_datetime(date).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return before


def _may_have_arrived(error: requests.RequestException) -> bool:
    """Whether the request can have reached the other side: not when no connection was ever made."""
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.SSLError)):
        return False
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return not isinstance(reason, (NewConnectionError, NameResolutionError, ConnectTimeoutError))


def _read_body(answer: requests.Response, max_bytes: int = MAX_BODY_BYTES) -> bytes:
    """The body, counted after decompression."""
    body = bytearray()
    for piece in answer.iter_content(64 * 1024):
        body += piece
        if len(body) > max_bytes:
            raise ApiInvalidResponse(f"the answer is larger than {max_bytes // 1024**2} MB", status=answer.status_code)
    return bytes(body)


def _parse_json(answer: requests.Response, body: bytes) -> Any:
    if "json" not in answer.headers.get("content-type", "json"):
        return None
    try:
        return parse_json(body)
    except ValueError:
        return None


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds to wait: a number or an HTTP date; 30 when missing or unreadable, an hour at most."""
    value = headers.get("Retry-After", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            seconds = DEFAULT_WAIT_SECONDS
    return min(max(seconds, 1.0), MAX_WAIT_SECONDS) if not math.isnan(seconds) else DEFAULT_WAIT_SECONDS

"""Asking for the password again before what matters most, and coming back to what was pressed.

``check_recent_sign_in`` raises; ``accounts.middleware.ReauthenticationMiddleware`` keeps a form that was sent,
encrypted in the session, and ``accounts.views.reauthenticate.resume`` sends it again afterwards.
"""

import json
import time

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, QueryDict

from lib.crypto import DecryptionError, decrypt, encrypt

FORM_KEY = "form_to_resume"
# Characters of a form. A larger one is not kept: the page it came from is shown again.
MAX_FORM_LENGTH = 100_000


def is_recent(request: HttpRequest) -> bool:
    """Whether this session signed in, or gave its password or code again, within REAUTHENTICATION_TIMEOUT."""
    records = get_authentication_records(request, request.user)
    if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
        return True
    return not get_adapter().get_reauthentication_methods(request.user)


class SignInTooLongAgo(ReauthenticationRequired):  # type: ignore[misc]
    """``back_to`` is the page that follows the question, where that is not what was asked for."""

    def __init__(self, back_to: str = "") -> None:
        super().__init__(back_to)
        self.back_to = back_to


def check_recent_sign_in(request: HttpRequest, *, back_to: str = "") -> None:
    """Raises SignInTooLongAgo, which the middleware answers with the page that asks.

    Files need ``back_to``: a browser that is led to one keeps showing the question.
    """
    if not is_recent(request):
        raise SignInTooLongAgo(back_to)


def keep_form(request: HttpRequest) -> bool:
    """Keep the form of this POST for after the question. False when it is too large or has files."""
    body = request.POST.urlencode()
    if request.FILES or len(body) > MAX_FORM_LENGTH:
        return False
    form = json.dumps({"path": request.get_full_path(), "body": body, "at": time.time()})
    request.session[FORM_KEY] = encrypt(form, _context(request))
    return True


def take_form(request: HttpRequest) -> tuple[str, QueryDict] | None:
    """Path and fields of the form that was kept, once; None without one or when it is too old."""
    token = request.session.pop(FORM_KEY, None)
    if token is None:
        return None
    try:
        form = json.loads(decrypt(token, _context(request)))
    except DecryptionError:
        return None
    if time.time() - form["at"] > app_settings.REAUTHENTICATION_TIMEOUT:
        return None
    fields = QueryDict(form["body"], mutable=True)
    fields.pop("csrfmiddlewaretoken", None)
    return form["path"], fields


def _context(request: HttpRequest) -> str:
    return f"form:{request.user.pk}"

"""Every response has the headers that protect a browser, whoever made it: a view, a library, an error or a file."""

from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from integrations.tests.factories import make_connection
from shipments.tests.factories import make_shipment
from ui.middleware import SecurityHeadersMiddleware

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
CAMERA = "camera=(self), geolocation=(), microphone=()"


def check_headers(answer: Any, *, has_camera: bool = False) -> None:
    """``has_camera`` is for the one page that reads barcodes with it."""
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    wanted = HEADERS | ({"Permissions-Policy": CAMERA} if has_camera else {})
    assert {name: answer.get(name) for name in wanted} == wanted
    assert "Server" not in answer


@pytest.mark.django_db
def test_every_status_has_them(client, client_for, shop, monkeypatch, settings):
    settings.SECURE_SSL_REDIRECT = False
    browser, guest = client_for(shop.memberships.get().user), Client(raise_request_exception=False)
    shipment = make_shipment(shop)
    for number in range(11):
        limited = guest.post("/account/inloggen/", {"login": "x@example.com", "password": f"{number}"})
    answers = [
        browser.get("/"),
        guest.get("/zendingen/"),
        guest.get("/", headers={"Host": "evil.example"}),
        Client(enforce_csrf_checks=True).post("/account/inloggen/"),
        browser.get("/niets/"),
        browser.get("/taal/"),
        limited,
        browser.get(f"/zendingen/{shipment.public_id}/pakbon/"),
        browser.get("/zendingen/bestand/voorbeeld.csv"),
        guest.get("/healthz"),
    ]
    for error in (RuntimeError, OperationalError):

        def fail(*_arguments: object, error: type[Exception] = error) -> None:
            raise error("broken")

        monkeypatch.setattr("shipments.views.search.render", fail)
        broken = client_for(shop.memberships.get().user)
        broken.raise_request_exception = False
        answers.append(broken.get("/sneltoetsen/"))
    assert {answer.status_code for answer in answers} == {200, 302, 400, 403, 404, 405, 422, 429, 500, 503} - {422}
    for answer in answers:
        check_headers(answer)
    assert answers[0]["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_redirect_to_https_and_a_wrong_host_name_have_them_too(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    guest = Client(raise_request_exception=False)
    redirect = guest.get("/healthz")
    assert (redirect.status_code, redirect["Location"]) == (301, "https://testserver/healthz")
    check_headers(redirect)
    wrong = guest.get("/healthz", headers={"Host": "evil.example"})
    assert wrong.status_code == 400
    check_headers(wrong)
    secure = guest.get("/healthz", secure=True)
    assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_static_file_has_them(tmp_path, settings):
    (tmp_path / "x.js").write_text("1")
    settings.STATIC_ROOT = tmp_path
    answer = Client().get("/static/x.js")
    assert answer.status_code == 200
    check_headers(answer)
    assert not answer.cookies


@pytest.mark.parametrize("error", [SuspiciousOperation, RuntimeError])
def test_what_fails_below_is_still_answered_with_them(error):
    """The first middleware: nothing answers before it."""

    def fails(_request: object) -> HttpResponse:
        return HttpResponse(status=500)

    check_headers(SecurityHeadersMiddleware(fails)(RequestFactory().get("/")))


@pytest.mark.django_db
def test_every_cookie_is_ours_alone(client, owner, shop, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client.get("/account/inloggen/", secure=True)
    form = {"login": owner.email, "password": "a long password"}
    answer = client.post("/account/inloggen/", form, secure=True)
    assert answer.status_code == 302
    seen = {**client.cookies, **answer.cookies}
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= set(seen)
    for name, cookie in seen.items():
        assert cookie["samesite"] in {"Lax", "Strict"}, name
        assert not cookie["domain"], name
        assert cookie["path"] == "/", name
        if name in {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}:
            assert cookie["secure"], name
    assert seen[settings.SESSION_COOKIE_NAME]["httponly"]


@pytest.mark.django_db
def test_forms_lead_to_us_and_to_the_consent_of_a_platform_only(client_for, shop):
    make_connection(shop)
    page = client_for(shop.memberships.get().user).get(reverse("integrations:overview"))
    forms = next(part for part in page["Content-Security-Policy"].split("; ") if part.startswith("form-action"))
    assert forms.split()[1] == "'self'"
    assert all(origin.startswith(("https://", "http://127.0.0.1")) for origin in forms.split()[2:])

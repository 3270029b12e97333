"""Error pages, and the headers of every response."""

import re
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.translation import override

from ui import error_pages
from ui.middleware import MaintenanceMiddleware


@pytest.mark.django_db
def test_an_unknown_page_keeps_the_menu_for_who_is_logged_in(client, client_for, owner, shop):
    page = client_for(owner).get("/niets/")
    assert page.status_code == 404
    assert "Deze pagina is onbestelbaar" in page.content.decode()
    assert 'id="main-menu"' in page.content.decode()
    bare = client.get("/niets/", headers={"Accept-Language": "nl"}).content.decode()
    assert "Deze pagina is onbestelbaar" in bare
    assert "main-menu" not in bare


def test_an_error_page_asks_no_database_and_leads_to_the_log(caplog):
    with override("nl"):
        page = error_pages.server_error(RequestFactory().get("/zendingen/"))
    assert page.status_code == 500
    assert "Je gegevens zijn veilig." in page.content.decode()
    code = re.findall(r"code (\w+) was shown", caplog.text)[-1]
    assert code in page.content.decode()
    assert 'href="/zendingen/"' in page.content.decode()


def test_maintenance_says_when_we_are_back_without_a_database(client, settings):
    settings.MAINTENANCE_UNTIL = timezone.now() + timedelta(hours=1)
    page = client.get("/zendingen/", headers={"Accept-Language": "nl"})
    assert page.status_code == 503
    assert 3500 < int(page["Retry-After"]) <= 3600
    assert timezone.localtime(settings.MAINTENANCE_UNTIL).strftime("%H:%M") in page.content.decode()


def test_maintenance_that_takes_longer_promises_no_time(settings):
    settings.MAINTENANCE_UNTIL = timezone.now() - timedelta(minutes=5)
    with override("nl"):
        page = MaintenanceMiddleware(error_pages.server_error)(RequestFactory().get("/"))
    assert page.status_code == 503
    assert "We zijn zo terug." in page.content.decode()


@pytest.mark.django_db
def test_health_is_answered_during_maintenance(client, settings):
    settings.MAINTENANCE_UNTIL = timezone.now() + timedelta(hours=1)
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_form_without_its_secret_leads_back_to_where_one_was(owner, shop):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/taal/", headers={"Accept-Language": "nl", "Referer": "http://testserver/zendingen/"})
    assert answer.status_code == 403
    assert "/account/inloggen/?next=/zendingen/" in answer.content.decode()
    assert strict.post("/taal/", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/instellingen/",
        "/instellingen/algemeen/",
        "/instellingen/zendingen/",
        "/instellingen/afzender/",
        "/instellingen/labels/",
        "/instellingen/team/",
        "/instellingen/team/uitnodigen/",
        "/account/profiel/",
        "/integratie/",
        "/integratie/acme/",
        "/niets/",
    ],
)
def test_a_page_asks_at_most_twelve_questions(client_for, owner, shop, path, django_assert_max_num_queries):
    browser = client_for(owner)
    browser.get("/")
    with django_assert_max_num_queries(12):
        browser.get(path)

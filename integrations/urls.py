"""Externe koppelingen."""

from django.urls import path

from integrations.views import consent, pages

app_name = "integrations"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("wix/", pages.wix, name="wix"),
    path("wix/toestemming/", consent.consent, name="consent"),
    path("wix/terug/", consent.callback, name="callback"),
    path("wix/opnieuw-terugkoppelen/", pages.tell_again, name="tell_again"),
    path("wix/openen/", consent.opening, name="opening"),
    path("<uuid:public_id>/intrekken/", consent.revoke, name="revoke"),
    path("<uuid:public_id>/synchroniseer/", pages.sync, name="sync"),
    path("<uuid:public_id>/controleer/", pages.check, name="check"),
    path("<uuid:public_id>/kopie/", pages.copy, name="copy"),
    path("<uuid:public_id>/automatisch/", pages.auto_import, name="auto_import"),
]

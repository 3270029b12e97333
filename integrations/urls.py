"""Externe koppelingen."""

from django.urls import path, register_converter

from integrations.converters import PlatformConverter
from integrations.views import consent, pages

register_converter(PlatformConverter, "platform")

app_name = "integrations"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("<platform:platform>/", pages.platform_page, name="platform"),
    path("<platform:platform>/toestemming/", consent.grant_consent, name="grant_consent"),
    path("<platform:platform>/terug/", consent.consent_callback, name="consent_callback"),
    path("<platform:platform>/opnieuw-terugkoppelen/", pages.tell_again, name="tell_again"),
    path("<platform:platform>/openen/", consent.open_from_platform, name="open_from_platform"),
    path("<uuid:public_id>/intrekken/", consent.revoke, name="revoke"),
    path("<uuid:public_id>/synchroniseer/", pages.sync, name="sync"),
    path("<uuid:public_id>/controleer/", pages.check, name="check"),
    path("<uuid:public_id>/kopie/", pages.copy, name="copy"),
    path("<uuid:public_id>/automatisch/", pages.auto_import, name="auto_import"),
]

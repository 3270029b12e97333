"""Externe koppelingen."""

from django.urls import path, register_converter

from integrations.converters import PlatformConverter
from integrations.views import connections, consent

register_converter(PlatformConverter, "platform")

app_name = "integrations"
urlpatterns = [
    path("", connections.overview, name="overview"),
    path("<platform:platform>/", connections.platform_page, name="platform"),
    path("<platform:platform>/toestemming/", consent.grant_consent, name="grant_consent"),
    path("<platform:platform>/terug/", consent.consent_callback, name="consent_callback"),
    path("<platform:platform>/opnieuw-terugkoppelen/", connections.retry_updates, name="retry_updates"),
    path("<platform:platform>/openen/", consent.open_from_platform, name="open_from_platform"),
    path("<uuid:public_id>/intrekken/", consent.revoke, name="revoke"),
    path("<uuid:public_id>/synchroniseer/", connections.sync_now, name="sync_now"),
    path("<uuid:public_id>/controleer/", connections.check_connection, name="check_connection"),
    path("<uuid:public_id>/kopie/", connections.confirm_copy, name="confirm_copy"),
    path("<uuid:public_id>/automatisch/", connections.set_auto_import, name="set_auto_import"),
]

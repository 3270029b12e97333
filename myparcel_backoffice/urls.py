from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from integrations.views.webhooks import receive
from myparcel_backoffice import health
from shipments.views import dashboard, statistics
from tracking.views import gateway_webhook, tracking_page

admin.site.site_header = admin.site.site_title = "MyParcel Backoffice"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("cijfers/", statistics.statistics_page, name="figures"),
    path("", include("shipments.urls")),
    path("integratie/", include("integrations.urls")),
    path("volg/<uuid:public_id>/", tracking_page.tracking_page, name="tracking_page"),
    path(
        "webhooks/labels/<slug:gateway>/<uuid:webhook_token>/", gateway_webhook.gateway_webhook, name="gateway_webhook"
    ),
    # The address that was registered at gateways before; messages still come to it.
    path(
        "webhooks/<slug:gateway>/<uuid:webhook_token>/", gateway_webhook.gateway_webhook, name="gateway_webhook_alias"
    ),
    path("", include("accounts.urls")),
    path("", include("shops.urls")),
    path("", include("privacy.urls")),
    path("", include("accounts.library_urls")),
    path("webhooks/<platform:platform>/", receive, name="webhook"),
    path("healthz", health.check_web, name="healthz"),
    path("healthz/worker", health.check_worker, name="healthz_worker"),
]
if settings.ADMIN_PATH:
    urlpatterns.append(path(settings.ADMIN_PATH, admin.site.urls))

handler403 = "ui.error_pages.forbidden"
handler404 = "ui.error_pages.not_found"
handler500 = "ui.error_pages.server_error"

"""URLs: Wix's API first, then the sandbox's pages and its control API."""

from django.urls import include, path
from django.views.static import serve

from sandbox import api, control_api, pages
from sandbox.api import by_method
from sandbox.settings import HERE

FULFILLMENTS = "ecom/v1/fulfillments"
handler404 = "sandbox.pages.not_found"
handler500 = "sandbox.pages.server_error"
urlpatterns = [
    path("app-installer", pages.installer),
    path("oauth2/token", by_method(POST=api.token)),
    path("oauth2/token-info", by_method(POST=api.token_info)),
    path("apps/v1/instance", by_method(GET=api.app_instance)),
    path("ecom/v1/orders/search", by_method(POST=api.search_orders)),
    path("ecom/v1/orders/<str:order_id>/cancel", by_method(POST=api.cancel_order)),
    path("ecom/v1/orders/<str:order_id>", by_method(GET=api.get_order, PATCH=api.update_order)),
    path(f"{FULFILLMENTS}/list-by-ids", by_method(POST=api.list_by_ids)),
    path(f"{FULFILLMENTS}/orders/bulk/create-fulfillments", by_method(POST=api.bulk_create)),
    path(f"{FULFILLMENTS}/orders/<str:order_id>/create-fulfillment", by_method(POST=api.create_fulfillment)),
    path(f"{FULFILLMENTS}/orders/<str:order_id>", by_method(GET=api.list_fulfillments)),
    path(
        f"{FULFILLMENTS}/<str:own_id>/orders/<str:order_id>",
        by_method(PATCH=api.update_fulfillment, DELETE=api.delete_fulfillment),
    ),
    path("", pages.front),
    path("knobs", pages.set_switches),
    path("sites/<int:pk>/orders", pages.orders),
    path("sites/<int:pk>/add", pages.add_orders),
    path("sites/<int:pk>/open-app", pages.open_app),
    path("sites/<int:pk>/<str:action>", pages.change_site),
    path("sites/<int:pk>/orders/<str:number>", pages.order),
    path("sites/<int:pk>/orders/<str:number>/change", pages.change),
    path("dashboard/<str:site_id>/ecom-platform/order-details/<str:order_id>", pages.order_details),
    path("requests", pages.calls),
    path("requests/forget", pages.reset_calls),
    path("mails", pages.mails),
    path("mails/<int:pk>", pages.mail),
    path("webhooks", pages.deliveries),
    path("healthz", pages.alive),
    path("sandbox/app.json", control_api.app),
    path("sandbox/state.json", control_api.state),
    path("sandbox/knobs", control_api.set_switches),
    path("sandbox/reset", control_api.reset),
    path("sandbox/requests", control_api.requests),
    path("sandbox/install", control_api.install),
    path("sandbox/open-app", control_api.open_app),
    path("sandbox/sites", control_api.add_site),
    path("sandbox/duplicate", control_api.duplicate),
    path("sandbox/expire-tokens", control_api.expire_tokens),
    path("sandbox/remove-app", control_api.remove_app),
    path("sandbox/mail-setting", control_api.mail_setting),
    path("sandbox/orders", control_api.add_orders),
    path("sandbox/orders/<str:order_id>/<str:action>", control_api.change_order),
    path("", include("sandbox.myparcel.urls")),
    path("static/<path:path>", serve, {"document_root": HERE / "static"}),
]

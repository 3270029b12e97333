"""Addresses: Wix's own first, then the stand-in's pages and its door for programs."""

from django.urls import include, path
from django.views.static import serve

from sandbox import api, doors, pages
from sandbox.api import by_method
from sandbox.settings import HERE

FULFILLMENTS = "ecom/v1/fulfillments"
handler404 = "sandbox.pages.not_found"
handler500 = "sandbox.pages.broken"
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
    path("knobs", pages.turn_knobs),
    path("sites/<int:pk>/orders", pages.orders),
    path("sites/<int:pk>/add", pages.add_orders),
    path("sites/<int:pk>/open-app", pages.open_app),
    path("sites/<int:pk>/<str:action>", pages.change_site),
    path("sites/<int:pk>/orders/<str:number>", pages.order),
    path("sites/<int:pk>/orders/<str:number>/change", pages.change),
    path("dashboard/<str:site_id>/ecom-platform/order-details/<str:order_id>", pages.order_details),
    path("requests", pages.calls),
    path("requests/forget", pages.forget_calls),
    path("mails", pages.mails),
    path("mails/<int:pk>", pages.mail),
    path("webhooks", pages.deliveries),
    path("healthz", pages.alive),
    path("sandbox/app.json", doors.app),
    path("sandbox/state.json", doors.state),
    path("sandbox/knobs", doors.turn),
    path("sandbox/reset", doors.reset),
    path("sandbox/requests", doors.requests),
    path("sandbox/install", doors.install),
    path("sandbox/open-app", doors.open_app),
    path("sandbox/sites", doors.add_site),
    path("sandbox/duplicate", doors.duplicate),
    path("sandbox/expire-tokens", doors.expire_tokens),
    path("sandbox/remove-app", doors.remove),
    path("sandbox/mail-setting", doors.mail_setting),
    path("sandbox/orders", doors.add),
    path("sandbox/orders/<str:order_id>/<str:action>", doors.act),
    path("", include("sandbox.parcels.urls")),
    path("static/<path:path>", serve, {"document_root": HERE / "static"}),
]

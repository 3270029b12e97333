"""Addresses: Wix's own first, then the stand-in's pages and its door for programs."""

from django.urls import path
from django.views.static import serve

from sandbox import api, doors, pages
from sandbox.settings import HERE

FULFILLMENTS = "ecom/v1/fulfillments"
urlpatterns = [
    path("app-installer", pages.installer),
    path("oauth2/token", api.token),
    path("oauth2/token-info", api.token_info),
    path("apps/v1/instance", api.app_instance),
    path("ecom/v1/orders/search", api.search_orders),
    path("ecom/v1/orders/<str:order_id>/cancel", api.cancel_order),
    path("ecom/v1/orders/<str:order_id>", api.order),
    path(f"{FULFILLMENTS}/list-by-ids", api.list_by_ids),
    path(f"{FULFILLMENTS}/orders/bulk/create-fulfillments", api.bulk_create),
    path(f"{FULFILLMENTS}/orders/<str:order_id>/create-fulfillment", api.create_fulfillment),
    path(f"{FULFILLMENTS}/orders/<str:order_id>", api.list_fulfillments),
    path(f"{FULFILLMENTS}/<str:own_id>/orders/<str:order_id>", api.one_fulfillment),
    path("", pages.front),
    path("knobs", pages.turn_knobs),
    path("sites/<int:pk>/orders", pages.orders),
    path("sites/<int:pk>/add", pages.add_orders),
    path("sites/<int:pk>/remove-app", pages.remove_app),
    path("sites/<int:pk>/orders/<str:number>", pages.order),
    path("sites/<int:pk>/orders/<str:number>/change", pages.change),
    path("mails", pages.mails),
    path("mails/<int:pk>", pages.mail),
    path("healthz", pages.alive),
    path("sandbox/app.json", doors.app),
    path("sandbox/state.json", doors.state),
    path("sandbox/knobs", doors.turn),
    path("sandbox/reset", doors.reset),
    path("sandbox/install", doors.install),
    path("sandbox/remove-app", doors.remove),
    path("sandbox/orders", doors.add),
    path("sandbox/orders/<str:order_id>/<str:action>", doors.act),
    path("static/<path:path>", serve, {"document_root": HERE / "static"}),
]

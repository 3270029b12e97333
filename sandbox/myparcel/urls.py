"""Addresses below ``/myparcel`` (MyParcel's own) and ``/sandbox/myparcel`` (the control API)."""

from django.urls import path

from sandbox.api import by_method
from sandbox.myparcel import account_api, api, contracts, control_api, delivery_options, pages, pickup_points, rates
from sandbox.myparcel.api import endpoint

urlpatterns = [
    path("myparcel/", by_method(GET=api.health)),
    path("myparcel", by_method(GET=api.health)),
    path(
        "myparcel/shipments",
        by_method(
            GET=endpoint(api.search),
            POST=endpoint(api.create),
            PUT=endpoint(api.update),
            PATCH=endpoint(api.patch),
        ),
    ),
    path("myparcel/whoami", by_method(GET=endpoint(account_api.whoami))),
    path("myparcel/shipments/rates", by_method(POST=endpoint(rates.rates))),
    path("myparcel/shipments/capabilities", by_method(POST=endpoint(contracts.capabilities))),
    path("myparcel/shipments/capabilities/contract-definitions", by_method(POST=endpoint(contracts.definitions))),
    path("myparcel/shipments/<str:ids>", by_method(GET=endpoint(api.by_ids), DELETE=endpoint(api.delete))),
    path("myparcel/shipment_labels/<str:ids>", by_method(GET=endpoint(api.shipment_labels))),
    path("myparcel/v2/shipment_labels/<str:ids>", by_method(GET=endpoint(api.shipment_labels))),
    path("myparcel/pdfs/<str:token>", by_method(GET=api.prepared_pdf)),
    path("myparcel/tracktraces/<str:ids>", by_method(GET=endpoint(api.tracktraces))),
    path(
        "myparcel/delivery_options",
        by_method(GET=endpoint(delivery_options.view, is_public=delivery_options.is_public)),
    ),
    path(
        "myparcel/pickup_locations", by_method(GET=endpoint(pickup_points.view, is_public=delivery_options.is_public))
    ),
    path("myparcel/return_shipments", by_method(POST=endpoint(api.return_link))),
    path(
        "myparcel/webhook_subscriptions",
        by_method(GET=endpoint(account_api.subscriptions), POST=endpoint(account_api.subscribe)),
    ),
    path(
        "myparcel/webhook_subscriptions/<str:ids>",
        by_method(GET=endpoint(account_api.subscriptions), DELETE=endpoint(account_api.unsubscribe)),
    ),
    path("myparcel/pages", pages.front),
    path("myparcel/pages/knobs", pages.set_switches),
    path("myparcel/pages/<int:pk>/move", pages.move),
    path("sandbox/myparcel/account.json", control_api.account),
    path("sandbox/myparcel/shops", control_api.add_shop),
    path("sandbox/myparcel/subscriptions", control_api.subscribe_elsewhere),
    path("sandbox/myparcel/state.json", control_api.state),
    path("sandbox/myparcel/knobs", control_api.set_switches),
    path("sandbox/myparcel/move", control_api.move),
    path("sandbox/myparcel/reset", control_api.reset),
]

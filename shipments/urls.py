"""Zendingen: the overview, importing, editing, labels, and the long jobs."""

from django.urls import path

from shipments.views import (
    alerts,
    detail,
    editor,
    explaining,
    importing,
    jobs,
    labels,
    listing,
    packing,
    parcel,
)

app_name = "shipments"
urlpatterns = [
    path("", listing.page, name="list"),
    path("selectie/", listing.bulk, name="bulk"),
    path("importeren/", importing.page, name="import"),
    path("importeren/start/", importing.start, name="import_start"),
    path("importeren/opnieuw/<int:pk>/", importing.read_again, name="read_again"),
    path("importeren/waarom/<uuid:public_id>/", explaining.why, name="why"),
    path("importeren/toch/<uuid:public_id>/", explaining.import_anyway, name="import_anyway"),
    path("labels/", labels.page, name="labels"),
    path("taken/<uuid:public_id>/", jobs.page, name="job"),
    path("taken/<uuid:public_id>/stop/", jobs.stop, name="job_stop"),
    path("taken/<uuid:public_id>/opnieuw/", jobs.retry, name="job_retry"),
    path("taken/<uuid:public_id>/bestand/", jobs.file, name="job_file"),
    path("taken/<uuid:public_id>/pakbonnen/", packing.of_job, name="job_slips"),
    path("<uuid:public_id>/", detail.page, name="detail"),
    path("<uuid:public_id>/bewerken/", editor.page, name="edit"),
    path("<uuid:public_id>/verwijderen/", editor.delete, name="delete"),
    path("<uuid:public_id>/dupliceren/", detail.copy, name="copy"),
    path("<uuid:public_id>/gezien/", alerts.seen, name="alert_seen"),
    path("<uuid:public_id>/terugkoppelen/", detail.retry_push, name="retry_push"),
    path("<uuid:public_id>/annuleren/", parcel.cancel, name="cancel"),
    path("<uuid:public_id>/opnieuw/", parcel.again, name="again"),
    path("<uuid:public_id>/retour/", parcel.make_return_label, name="return"),
    path("<uuid:public_id>/splitsen/", parcel.split, name="split"),
    path("<uuid:public_id>/pakbon/", packing.of_shipment, name="slip"),
]

"""Zendingen and what belongs to it: the overview, importing, editing, labels, files, long jobs, search."""

from django.urls import include, path, register_converter

from shipments.views import (
    alerts,
    bulk_edit,
    customs,
    deleting,
    detail,
    editor,
    exchange,
    explaining,
    importing,
    jobs,
    labels,
    listing,
    packing,
    parcel,
    search,
)


class Fingerprint:
    """A SHA-256 in an address."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Fingerprint, "sha256")
app_name = "shipments"
zendingen = [
    path("", listing.page, name="list"),
    path("selectie/verwijderen/", deleting.many, name="bulk_delete"),
    path("selectie/terugkoppelen/", listing.push_again, name="bulk_push"),
    path("selectie/bewerken/", bulk_edit.page, name="bulk_edit"),
    path("selectie/exporteren/", exchange.export, name="export"),
    path("terugzetten/", deleting.restore, name="restore"),
    path("filters/", listing.save_filter, name="filter_save"),
    path("filters/<uuid:public_id>/weg/", listing.remove_filter, name="filter_remove"),
    path("bestand/", exchange.upload, name="upload"),
    path("bestand/voorbeeld.csv", exchange.template, name="upload_template"),
    path("bestand/<sha256:fingerprint>/", exchange.preview, name="upload_preview"),
    path("importeren/", importing.page, name="import"),
    path("importeren/start/", importing.start, name="import_start"),
    path("importeren/opnieuw/<int:pk>/", importing.read_again, name="read_again"),
    path("importeren/waarom/<uuid:public_id>/", explaining.why, name="why"),
    path("importeren/toch/<uuid:public_id>/", explaining.import_anyway, name="import_anyway"),
    path("nieuw/", editor.new, name="new"),
    path("nieuw/mogelijkheden/", editor.look_new, name="look_new"),
    path("douane/", customs.page, name="customs"),
    path("labels/", labels.page, name="labels"),
    path("taken/<uuid:public_id>/", jobs.page, name="job"),
    path("taken/<uuid:public_id>/stop/", jobs.stop, name="job_stop"),
    path("taken/<uuid:public_id>/sluiten/", jobs.close, name="job_close"),
    path("taken/<uuid:public_id>/opnieuw/", jobs.retry, name="job_retry"),
    path("taken/<uuid:public_id>/ongedaan/", bulk_edit.undo, name="job_undo"),
    path("taken/<uuid:public_id>/bestand/", jobs.file, name="job_file"),
    path("taken/<uuid:public_id>/pakbonnen/", packing.of_job, name="job_slips"),
    path("<uuid:public_id>/", detail.page, name="detail"),
    path("<uuid:public_id>/menu/", listing.row_menu, name="row_menu"),
    path("<uuid:public_id>/bewerken/", editor.page, name="edit"),
    path("<uuid:public_id>/mogelijkheden/", editor.look, name="look"),
    path("<uuid:public_id>/verwijderen/", deleting.one, name="delete"),
    path("<uuid:public_id>/dupliceren/", detail.copy, name="copy"),
    path("<uuid:public_id>/gezien/", alerts.seen, name="alert_seen"),
    path("<uuid:public_id>/terugkoppelen/", detail.retry_push, name="retry_push"),
    path("<uuid:public_id>/annuleren/", parcel.cancel, name="cancel"),
    path("<uuid:public_id>/opnieuw/", parcel.again, name="again"),
    path("<uuid:public_id>/retour/", parcel.make_return_label, name="return"),
    path("<uuid:public_id>/splitsen/", parcel.split, name="split"),
    path("<uuid:public_id>/pakbon/", packing.of_shipment, name="slip"),
]
urlpatterns = [
    path("zendingen/", include(zendingen)),
    path("downloads/", jobs.downloads, name="downloads"),
    path("zoeken/", search.page, name="search"),
    path("zoeken/scan/", search.scan, name="scan"),
    path("sneltoetsen/", search.keys, name="keys"),
]

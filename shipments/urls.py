"""Zendingen and what belongs to it: the overview, importing, editing, labels, files, long jobs, search."""

from django.urls import include, path, register_converter

from shipments.views import (
    bulk_edit,
    csv_files,
    customs,
    diagnosis,
    editor,
    import_orders,
    jobs,
    labels,
    order_alerts,
    packing_slips,
    search,
    shipment_actions,
    shipment_detail,
    shipment_list,
    trash,
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
    path("", shipment_list.page, name="list"),
    path("selectie/verwijderen/", trash.many, name="bulk_delete"),
    path("selectie/terugkoppelen/", shipment_list.push_again, name="bulk_push"),
    path("selectie/bewerken/", bulk_edit.page, name="bulk_edit"),
    path("selectie/exporteren/", csv_files.export, name="export"),
    path("terugzetten/", trash.restore, name="restore"),
    path("filters/", shipment_list.save_filter, name="filter_save"),
    path("filters/<uuid:public_id>/weg/", shipment_list.remove_filter, name="filter_remove"),
    path("bestand/", csv_files.upload, name="upload"),
    path("bestand/voorbeeld.csv", csv_files.template, name="upload_template"),
    path("bestand/<sha256:fingerprint>/", csv_files.preview, name="upload_preview"),
    path("importeren/", import_orders.page, name="import"),
    path("importeren/start/", import_orders.start, name="import_start"),
    path("importeren/opnieuw/<int:pk>/", import_orders.read_again, name="read_again"),
    path("importeren/waarom/<uuid:public_id>/", diagnosis.why, name="why"),
    path("importeren/toch/<uuid:public_id>/", diagnosis.import_anyway, name="import_anyway"),
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
    path("taken/<uuid:public_id>/pakbonnen/", packing_slips.of_job, name="job_slips"),
    path("<uuid:public_id>/", shipment_detail.page, name="detail"),
    path("<uuid:public_id>/menu/", shipment_list.row_menu, name="row_menu"),
    path("<uuid:public_id>/bewerken/", editor.page, name="edit"),
    path("<uuid:public_id>/mogelijkheden/", editor.look, name="look"),
    path("<uuid:public_id>/verwijderen/", trash.one, name="delete"),
    path("<uuid:public_id>/dupliceren/", shipment_detail.copy, name="copy"),
    path("<uuid:public_id>/gezien/", order_alerts.seen, name="alert_seen"),
    path("<uuid:public_id>/terugkoppelen/", shipment_detail.retry_push, name="retry_push"),
    path("<uuid:public_id>/annuleren/", shipment_actions.cancel, name="cancel"),
    path("<uuid:public_id>/opnieuw/", shipment_actions.again, name="again"),
    path("<uuid:public_id>/retour/", shipment_actions.make_return_label, name="return"),
    path("<uuid:public_id>/splitsen/", shipment_actions.split, name="split"),
    path("<uuid:public_id>/pakbon/", packing_slips.of_shipment, name="slip"),
]
urlpatterns = [
    path("zendingen/", include(zendingen)),
    path("downloads/", jobs.downloads, name="downloads"),
    path("zoeken/", search.page, name="search"),
    path("zoeken/scan/", search.scan, name="scan"),
    path("sneltoetsen/", search.keys, name="keys"),
]

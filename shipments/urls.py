"""URLs of shipments, imports, the editor, labels, files, jobs and search."""

from django.urls import include, path, register_converter

from shipments.views import (
    addresses,
    article_weights,
    bulk_edit,
    change_address,
    csv_files,
    customs,
    editor,
    handover,
    import_orders,
    jobs,
    labels,
    order_alerts,
    order_diagnosis,
    packing_slips,
    pick_list,
    practice,
    prices,
    scan,
    search,
    shelves,
    shipment_actions,
    shipment_detail,
    shipment_list,
    shipping_rules,
    trash,
)


class Fingerprint:
    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Fingerprint, "sha256")
app_name = "shipments"
zendingen = [
    path("", shipment_list.shipment_list, name="list"),
    path("selectie/verwijderen/", trash.delete_drafts, name="bulk_delete"),
    path("selectie/terugkoppelen/", shipment_list.retry_pushes, name="bulk_push"),
    path("selectie/bewerken/", bulk_edit.bulk_edit_drafts, name="bulk_edit"),
    path("selectie/exporteren/", csv_files.export_shipments, name="export"),
    path("terugzetten/", trash.restore, name="restore"),
    path("filters/", shipment_list.save_filter, name="filter_save"),
    path("filters/<uuid:public_id>/weg/", shipment_list.remove_filter, name="filter_remove"),
    path("bestand/", csv_files.upload_file, name="upload"),
    path("bestand/voorbeeld.csv", csv_files.download_template, name="upload_template"),
    path("bestand/<sha256:fingerprint>/kolommen/", csv_files.choose_columns, name="upload_columns"),
    path("bestand/<sha256:fingerprint>/", csv_files.preview_upload, name="upload_preview"),
    path("importeren/", import_orders.import_orders, name="import"),
    path("importeren/start/", import_orders.import_selected, name="import_start"),
    path("importeren/opnieuw/<int:pk>/", import_orders.retry_unreadable, name="retry_unreadable"),
    path("importeren/waarom/<uuid:public_id>/", order_diagnosis.diagnose_order, name="diagnose_order"),
    path("importeren/toch/<uuid:public_id>/", order_diagnosis.import_anyway, name="import_anyway"),
    path("nieuw/", editor.create_draft, name="new"),
    path("prijzen/", prices.parcel_prices, name="prices"),
    path("nieuw/mogelijkheden/", editor.preview_new_draft, name="preview_new_draft"),
    path("adressen/", addresses.address_worklist, name="addresses"),
    path("douane/", customs.customs_worklist, name="customs"),
    path("douane/hs-codes/", customs.hs_codes, name="hs_codes"),
    path("labels/", labels.label_dialog, name="labels"),
    path("picklijst/", pick_list.pick_list, name="pick_list"),
    path("overdracht/", handover.handover_sheet, name="handover"),
    path("taken/<uuid:public_id>/", jobs.job_detail, name="job"),
    path("taken/<uuid:public_id>/stop/", jobs.stop_job, name="job_stop"),
    path("taken/<uuid:public_id>/sluiten/", jobs.dismiss_job, name="job_dismiss"),
    path("taken/<uuid:public_id>/opnieuw/", jobs.retry_job, name="job_retry"),
    path("taken/<uuid:public_id>/ongedaan/", bulk_edit.undo_bulk_edit, name="job_undo"),
    path("taken/<uuid:public_id>/bestand/", jobs.download_job_file, name="job_file"),
    path("taken/<uuid:public_id>/pakbonnen/", packing_slips.job_packing_slips, name="job_packing_slips"),
    path("<uuid:public_id>/", shipment_detail.shipment_detail, name="detail"),
    path("<uuid:public_id>/menu/", shipment_list.row_menu, name="row_menu"),
    path("<uuid:public_id>/bewerken/", editor.edit_draft, name="edit"),
    path("<uuid:public_id>/mogelijkheden/", editor.preview_draft, name="preview_draft"),
    path("<uuid:public_id>/verwijderen/", trash.delete_draft, name="delete"),
    path("<uuid:public_id>/dupliceren/", shipment_detail.duplicate_shipment, name="duplicate"),
    path("<uuid:public_id>/gezien/", order_alerts.acknowledge_alert, name="acknowledge_alert"),
    path("<uuid:public_id>/terugkoppelen/", shipment_detail.retry_push, name="retry_push"),
    path("<uuid:public_id>/annuleren/", shipment_actions.cancel_shipment, name="cancel"),
    path("<uuid:public_id>/adres/", change_address.change_address, name="change_address"),
    path("<uuid:public_id>/opnieuw/", shipment_actions.recreate, name="recreate"),
    path("<uuid:public_id>/testlabel-weg/", shipment_actions.reopen_test, name="reopen"),
    path("<uuid:public_id>/opzoeken/", shipment_actions.look_up, name="look_up"),
    path("<uuid:public_id>/retour/", shipment_actions.create_return_label, name="return"),
    path("<uuid:public_id>/splitsen/", shipment_actions.split_shipment, name="split"),
    path("<uuid:public_id>/pakbon/", packing_slips.shipment_packing_slip, name="packing_slip"),
]
urlpatterns = [
    path("zendingen/", include(zendingen)),
    path("instellingen/zendingen/regels/proef/", shipping_rules.try_shipping_rules, name="try_rules"),
    path("instellingen/zendingen/gewichten/", article_weights.article_weights, name="article_weights"),
    path("instellingen/oefenen/", practice.practice, name="practice"),
    path("instellingen/oefenen/stop/", practice.end_practice, name="end_practice"),
    path("instellingen/zendingen/planken/", shelves.article_shelves, name="article_shelves"),
    path("downloads/", jobs.downloads, name="downloads"),
    path("zoeken/", search.search_page, name="search"),
    path("zoeken/scan/", scan.scan_and_print, name="scan"),
    path("zoeken/scan/code/", scan.take_code, name="scan_code"),
    path("zoeken/scan/stand/", scan.scan_states, name="scan_states"),
    path("sneltoetsen/", search.shortcuts, name="shortcuts"),
]

"""The sandbox follows MyParcel's API reference."""

import base64
import io
import json

import pytest
from pypdfium2 import PdfDocument

from sandbox.myparcel import switches, webhooks
from sandbox.myparcel.models import Notice, Parcel
from sandbox.myparcel.tests.conftest import Api, home, swiss


def test_the_key_is_asked_for_and_both_schemes_are_taken(api: Api):
    assert api.call("GET", "/shipments")[0] == 200
    api.scheme = "bearer"
    assert api.call("GET", "/shipments")[0] == 200
    api.key = "another"
    status, answer = api.call("GET", "/shipments")
    assert (status, answer["errors"][0]["code"]) == (401, 3000)


def test_another_content_type_or_character_set_is_refused(api: Api):
    body = {"data": {"shipments": [home()]}}
    status, answer = api.call("POST", "/shipments", body, **{"Content-Type": "application/json"})
    assert (status, answer["errors"][0]["code"]) == (415, 3100)
    latin = {"Content-Type": "application/vnd.shipment+json;charset=iso-8859-1;version=1.1"}
    assert api.call("POST", "/shipments", body, **latin)[1]["errors"][0]["code"] == 3101


def test_an_odd_user_agent_is_only_warned_of(api: Api):
    assert "X-Sandbox-Warning" in api.raw("GET", "/shipments", **{"User-Agent": "no version"}).headers
    assert "X-Sandbox-Warning" not in api.raw("GET", "/shipments").headers


def test_ids_rise_and_come_in_the_order_of_the_request(api: Api):
    ids = api.ids(home(reference_identifier="A"), home(reference_identifier="B"))
    assert ids[0] < ids[1]
    status, answer = api.call("GET", f"/shipments/{ids[1]};{ids[0]}")
    assert [row["reference_identifier"] for row in answer["data"]["shipments"]] == ["B", "A"]


def test_a_batch_with_one_fault_makes_nothing_and_names_the_place(api: Api):
    too_long = home(recipient={"street": "x" * 41})
    status, answer = api.create(home(), too_long)
    assert status == 422
    assert answer["errors"][0]["fields"] == ["data.shipments[1].recipient.street"]
    assert not Parcel.objects.exists()


@pytest.mark.parametrize(
    ("shipment", "code"),
    [
        (home(recipient={"postal_code": "0123AB"}), "3505"),
        (home(recipient={"number": ""}), "3731"),
        (home(recipient={"postal_code": "9999ZZ"}), "3753"),
        (home(recipient={"email": "kim@example..com"}), "3752"),
        (home(recipient={"email": "kim.example.com"}), "3752"),
        (home(recipient={"phone": "bel niet"}), "3512"),
        (home(carrier=99), "3728"),
        (home(options={"package_type": 9}), "3733"),
        (home(options={"package_type": 2, "signature": 1}), "3705"),
        (home(options={"insurance": {"amount": 12345, "currency": "EUR"}}), "3743"),
        (home(options={"age_check": 1, "only_recipient": 0}), "3705"),
        (home(options={"delivery_type": 3}), "3721"),
        (home(physical_properties={"weight": 99_000}), "3730"),
        (swiss(customs_declaration=None), "3702"),
        (swiss(physical_properties={}), "3704"),
    ],
)
def test_rules_of_carrier_and_destination_are_checked(api: Api, shipment, code):
    status, answer = api.create(shipment)
    assert status == 422
    assert code in {key for error in answer["errors"] for key in error}


@pytest.mark.parametrize(
    ("count", "changes", "field"),
    [
        (101, {}, "items"),
        (1, {"amount": 100_000}, "items[0].amount"),
        (1, {"weight": 20_001}, "items[0].weight"),
        (1, {"description": "x" * 51}, "items[0].description"),
    ],
)
def test_a_customs_form_beyond_the_limits_of_the_schema_is_refused(api: Api, count, changes, field):
    made = swiss()
    made["customs_declaration"]["items"] = [made["customs_declaration"]["items"][0] | changes] * count
    status, answer = api.create(made)
    assert status == 422
    assert field in json.dumps(answer)


def test_a_barcode_is_given_when_the_label_is_asked_for(api: Api):
    (number,) = api.ids(home())
    assert api.call("GET", f"/shipments/{number}")[1]["data"]["shipments"][0]["barcode"] == ""
    status, pdf = api.call("GET", f"/shipment_labels/{number}?format=A6")
    assert status == 200
    assert len(PdfDocument(pdf)) == 1
    (row,) = api.call("GET", f"/shipments/{number}")[1]["data"]["shipments"]
    assert (row["status"], row["barcode"][:6]) == (2, "3SSAND")
    assert api.call("DELETE", f"/shipments/{number}")[1]["errors"][0]["code"] == 3723


def test_a_concept_can_be_deleted(api: Api):
    (number,) = api.ids(home())
    assert api.call("DELETE", f"/shipments/{number}")[0] == 204
    assert not Parcel.objects.exists()


def test_positions_hold_for_the_first_sheet_only(api: Api):
    ids = api.ids(home(), home(), home())
    joined = ";".join(str(number) for number in ids)
    assert len(PdfDocument(api.call("GET", f"/shipment_labels/{joined}?format=A4&positions=3;4")[1])) == 2
    assert len(PdfDocument(api.call("GET", f"/shipment_labels/{joined}?format=A4")[1])) == 1
    assert api.call("GET", f"/shipment_labels/{joined}?format=A4&positions=5")[1]["errors"][0]["code"] == 3708


def test_more_than_25_labels_come_behind_a_link_that_is_not_there_at_first(api: Api):
    ids = api.ids(*(home() for _number in range(30)))
    joined = ";".join(str(number) for number in ids)
    assert api.call("GET", f"/shipment_labels/{joined}")[0] == 422
    link = {"Accept": "application/vnd.shipment_label_link+json"}
    url = api.call("GET", f"/shipment_labels/{joined}?format=A6", **link)[1]["data"]["pdfs"]["url"]
    assert api.call("GET", url)[0] == 404
    assert len(PdfDocument(io.BytesIO(api.call("GET", url)[1]))) == 30


def test_a_customs_form_follows_the_label_on_a4(api: Api):
    (number,) = api.ids(swiss())
    assert len(PdfDocument(api.call("GET", f"/shipment_labels/{number}?format=A4")[1])) == 2


def test_several_parcels_in_one_shipment_have_a_barcode_each(api: Api):
    (number,) = api.ids(home(secondary_shipments=[{"reference_identifier": "ORDER-1-2"}, {}]))
    assert len(PdfDocument(api.call("GET", f"/shipment_labels/{number}?format=A6")[1])) == 3
    (main,) = api.call("GET", f"/shipments/{number}")[1]["data"]["shipments"]
    assert len({main["barcode"], *(parcel["barcode"] for parcel in main["secondary_shipments"])}) == 3


def test_a_return_belongs_to_a_parcel_that_left(api: Api):
    (number,) = api.ids(home())
    wanted = {"parent": number, "carrier": 1, "email": "h@mail.example", "name": "Hanna"}
    kind = {"Content-Type": "application/vnd.return_shipment+json;charset=utf-8;version=1.1"}
    body = {"data": {"return_shipments": [wanted]}}
    assert api.call("POST", "/shipments", body, **kind)[1]["errors"][0].get("3720")
    api.call("GET", f"/shipment_labels/{number}")
    assert api.call("POST", "/shipments", body, **kind)[0] == 200


def test_calls_over_the_limit_are_refused(api: Api):
    switches.set_switches({"rate_limit": 2})
    assert [api.call("GET", "/shipments")[0] for _call in range(3)] == [200, 200, 429]


def test_a_list_has_one_of_two_shapes(api: Api):
    api.ids(home())
    switches.set_switches({"list_shape": "search_results"})
    assert (
        len(api.call("GET", "/shipments?reference_identifier=ORDER-1")[1]["data"]["search_results"]["shipments"]) == 1
    )


def test_a_lost_answer_leaves_the_work_done(api: Api):
    switches.set_switches({"fault": "lost_answer", "fault_path": "POST /shipments", "fault_count": 1})
    assert api.create(home())[0] == 504
    assert Parcel.objects.count() == 1
    switches.set_switches({"fault": "500", "fault_count": 1})
    assert api.create(home())[0] == 500
    assert Parcel.objects.count() == 1


def test_a_prepaid_account_must_pay_first(api: Api):
    (number,) = api.ids(home())
    switches.set_switches({"payment_required": True})
    status, answer = api.call("GET", f"/shipment_labels/{number}")
    assert (status, answer["data"]["payment_instructions"]["price"]["amount"]) == (402, 895)


def test_a_shipment_moves_on_and_its_subscriber_is_told(api: Api, monkeypatch):
    (number,) = api.ids(home())
    api.call("GET", f"/shipment_labels/{number}")
    subscription = {"hook": "shipment_status_change", "url": "https://shop.example/Hook"}
    body = {"data": {"webhook_subscriptions": [subscription]}}
    assert api.call("POST", "/webhook_subscriptions", body, **{"Content-Type": "application/json"})[0] == 200
    sent = []
    monkeypatch.setattr(webhooks, "_post", lambda row, key: sent.append((row.url, row.body, key)) or ("200", True))
    for status in (3, 5, 7):
        moved = {"id": number, "status": status}
        assert api.client.post("/sandbox/myparcel/move", json.dumps(moved), "application/json").status_code == 200
    webhooks.deliver_due()
    assert [entry["data"]["hooks"][0]["status"] for _url, entry, _key in sent] == [3, 5, 7]
    assert sent[0][0] == "https://shop.example/hook"
    assert sent[0][2] == base64.b64encode(api.key.encode()).decode()
    (trace,) = api.call("GET", f"/tracktraces/{number}")[1]["data"]["tracktraces"]
    assert trace["status"] == {"current": 7, "main": "delivered", "final": True}
    assert [step["status"] for step in trace["history"]] == [2, 3, 5]


@pytest.mark.parametrize(("fault", "notices"), [("duplicate", 2), ("drop", 1), ("", 1)])
def test_webhooks_misbehave_when_asked(api: Api, fault, notices):
    (number,) = api.ids(home())
    body = {"data": {"webhook_subscriptions": [{"hook": "shipment_status_change", "url": "https://x.example/"}]}}
    api.call("POST", "/webhook_subscriptions", body, **{"Content-Type": "application/json"})
    switches.set_switches({"hook_fault": fault})
    api.call("GET", f"/shipment_labels/{number}")
    assert Notice.objects.count() == notices


def test_only_https_is_subscribed_to_and_a_new_one_replaces_the_old(api: Api):
    kind = {"Content-Type": "application/json"}
    for url, status in (("http://x.example", 422), ("https://a.example", 200), ("https://b.example", 200)):
        body = {"data": {"webhook_subscriptions": [{"hook": "shipment_status_change", "url": url}]}}
        assert api.call("POST", "/webhook_subscriptions", body, **kind)[0] == status
    rows = api.call("GET", "/webhook_subscriptions")[1]["data"]["webhook_subscriptions"]
    assert [row["url"] for row in rows] == ["https://b.example"]


def test_a_person_sees_the_shipments_and_pushes_a_status(api: Api):
    api.ids(home())
    page = api.client.get("/myparcel/pages")
    assert "Hanna Vermeulen" in page.content.decode()
    row = Parcel.objects.get()
    assert api.client.post(f"/myparcel/pages/{row.pk}/move", {"status": "3"}).status_code == 302
    row.refresh_from_db()
    assert row.status == 3
    assert row.barcode


def test_an_order_of_the_wrong_kind_is_answered_and_not_broken(api: Api):
    for body in ({}, {"data": []}, {"data": {"shipments": "x"}}, {"data": {"shipments": [1]}}):
        assert api.call("POST", "/shipments", body)[0] == 422
    assert api.create({"carrier": 1, "recipient": {"cc": 5, "person": 7}, "options": {}})[0] == 422

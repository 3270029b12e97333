"""The checker of the storm names each thing that must never happen, and nothing when all is well."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from storm.books import (
    FailedItem,
    Label,
    OurBooks,
    OurOrder,
    OurShipment,
    TheirBooks,
    WixFulfillment,
    WixOrder,
    read_theirs,
)
from storm.checker import CHECKS, compare

ORDER, OPEN_ORDER, UNITS = "order-1", "order-2", {"line-1": 2}
WIX_ORDER = WixOrder(ORDER, "APPROVED", "PAID", "FULFILLED", ordered=UNITS)
SHIPMENT = OurShipment(
    id="shipment-1",
    order=ORDER,
    status="registered",
    barcodes=("3S1",),
    external_id="900",
    units=UNITS,
    promise="done",
    told="3S1",
    house="12",
)
OURS = OurBooks(
    orders={ORDER: OurOrder(ORDER, "fulfilled", True), OPEN_ORDER: OurOrder(OPEN_ORDER, "open", False)},
    shipments=(SHIPMENT,),
    offered=frozenset({OPEN_ORDER}),
)
TOLD = WixFulfillment(ORDER, "fulfillment-1", "3S1", UNITS)
LABEL = Label("900", "shipment-1", 2, ("3S1",), house="Kade 12")
THEIRS = TheirBooks(
    orders={ORDER: WIX_ORDER, OPEN_ORDER: WixOrder(OPEN_ORDER, "APPROVED", "PAID", "NOT_FULFILLED", ordered=UNITS)},
    fulfillments=(TOLD,),
    labels=(LABEL,),
    placed=frozenset({ORDER, OPEN_ORDER}),
)
Books = tuple[OurBooks, TheirBooks]


def with_ours(**changes: object) -> Books:
    return replace(OURS, **changes), THEIRS


def with_shipment(**changes: object) -> Books:
    return with_ours(shipments=(replace(SHIPMENT, **changes),))


def with_theirs(**changes: object) -> Books:
    return OURS, replace(THEIRS, **changes)


def with_order(**changes: object) -> Books:
    return with_theirs(orders=dict(THEIRS.orders) | {ORDER: replace(WIX_ORDER, **changes)})


def with_two(books: Books, **changes: object) -> Books:
    """A second parcel of the same order beside the first."""
    ours, theirs = books
    return replace(ours, shipments=(*ours.shipments, replace(SHIPMENT, **changes))), theirs


# What is wrong, by the class that must name it.
WRONGS: dict[str, dict[str, Callable[[], Books]]] = {
    "lost": {
        "a label of which the webshop was told nothing": lambda: with_theirs(fulfillments=()),
        "an imported order without a parcel": lambda: (
            replace(OURS, shipments=()),
            with_order(fulfillment="NOT_FULFILLED")[1],
        ),
        "a draft that nobody went on with": lambda: (
            with_shipment(status="draft", barcodes=(), promise="", told="", external_id="")[0],
            replace(with_order(fulfillment="NOT_FULFILLED")[1], fulfillments=(), labels=()),
        ),
    },
    "duplicate": {
        "a number that was told twice": lambda: with_theirs(
            fulfillments=(TOLD, replace(TOLD, id="fulfillment-2")),
        ),
        "two labels of one parcel": lambda: with_theirs(labels=(LABEL, replace(LABEL, id="901", barcodes=("3S2",)))),
        "an order that was imported twice": lambda: with_two(
            with_theirs(), id="shipment-2", status="draft", barcodes=(), told="", promise=""
        ),
        "a barcode that two parcels have": lambda: with_two(with_theirs(), id="shipment-2", units={}),
    },
    "falsely_told": {
        "the number of another order's parcel": lambda: (
            replace(OURS, shipments=(replace(SHIPMENT, order="order-9"),)),
            THEIRS,
        ),
        "a number that nobody has": lambda: with_theirs(fulfillments=(TOLD, replace(TOLD, number="3S9"))),
        "a label that was canceled": lambda: with_shipment(status="cancelled"),
        "other units than are in the parcel": lambda: with_theirs(
            fulfillments=(replace(TOLD, units={"line-1": 1}),),
        ),
        "the number of an earlier label": lambda: with_shipment(barcodes=("3S2",)),
        "an address that was corrected": lambda: with_shipment(house="14"),
    },
    "falsely_failed": {
        "an update that arrived": lambda: with_shipment(promise="needs_attention"),
        "an update that nothing forbids": lambda: (
            with_shipment(promise="needs_attention")[0],
            replace(THEIRS, fulfillments=()),
        ),
        "an update that never arrived and counts as done": lambda: with_theirs(fulfillments=()),
        "a label that was made": lambda: with_ours(
            failed_items=(FailedItem("shipment-1", "", "labels", "no_answer"),),
        ),
        "a canceled label that is none": lambda: with_ours(
            failed_items=(FailedItem("shipment-1", "", "labels", "cancelled"),),
        ),
        "an order that can be read": lambda: with_ours(unreadable=(ORDER,)),
        "a connection that works": lambda: with_ours(refused_connections=("Atelier (reconnect)",)),
    },
    "orphaned": {
        "a label that no parcel knows": lambda: with_theirs(
            labels=(LABEL, replace(LABEL, id="901", barcodes=("3S2",))),
        ),
        "a concept that no parcel knows": lambda: with_theirs(
            labels=(LABEL, replace(LABEL, id="901", status=1, barcodes=())),
        ),
    },
    "unseen": {
        "a paid order that is not offered": lambda: with_ours(offered=frozenset()),
        "a paid order that was never read": lambda: with_ours(orders={}, offered=frozenset()),
        "a canceled order that is offered": lambda: with_theirs(
            orders=dict(THEIRS.orders) | {OPEN_ORDER: WixOrder(OPEN_ORDER, "CANCELED", "PAID", "NOT_FULFILLED")},
        ),
    },
    "stuck": {
        "a row that is due for too long": lambda: with_ours(unfinished=("job 1 is due since 10:00:00",)),
        "a parcel that is being registered": lambda: with_shipment(status="registering"),
        "an update that is still to be sent": lambda: with_shipment(promise="unknown"),
    },
    "figures": {"a counter that is wrong": lambda: with_ours(differences=("3 drafts were counted, and there are 2",))},
}


def test_nothing_is_found_when_all_is_well():
    assert not any(compare(OURS, THEIRS).values())


def test_every_class_has_its_wrongs():
    assert set(WRONGS) == set(CHECKS)


@pytest.mark.parametrize(
    ("name", "what"), [(name, what) for name, wrongs in WRONGS.items() for what in wrongs], ids=lambda text: text
)
def test_a_wrong_is_named_by_its_class(name: str, what: str):
    assert compare(*WRONGS[name][what]())[name]


@pytest.mark.parametrize(
    "books",
    [
        pytest.param(
            (
                with_shipment(promise="needs_attention")[0],
                replace(with_order(status="CANCELED")[1], fulfillments=()),
            ),
            id="an update that the webshop refuses because the order was canceled",
        ),
        pytest.param(
            (OURS, replace(with_order(refunded={"line-1": 1})[1], fulfillments=(replace(TOLD, units={"line-1": 1}),))),
            id="fewer units because the others were refunded",
        ),
        pytest.param(
            (
                with_shipment(status="cancelled", promise="cancelled", withdraws=True)[0],
                replace(THEIRS, fulfillments=(), orders=with_order(fulfillment="NOT_FULFILLED")[1].orders),
            ),
            id="a canceled label of which nothing is told any more",
        ),
        pytest.param(
            (
                replace(
                    with_shipment(status="cancelled", promise="cancelled", withdraws=True)[0],
                    failed_items=(FailedItem("shipment-1", "", "labels", "cancelled"),),
                ),
                replace(THEIRS, fulfillments=(), orders=with_order(fulfillment="NOT_FULFILLED")[1].orders),
            ),
            id="a job that says of a canceled label that it is canceled",
        ),
        pytest.param(
            with_ours(failed_items=(FailedItem("shipment-1", "", "labels", "busy"),)),
            id="a second press that says that the first was at it",
        ),
        pytest.param(
            (OURS, replace(THEIRS, labels=(LABEL, replace(LABEL, id="901", status=17, barcodes=("3S2",))))),
            id="a second label that MyParcel canceled",
        ),
        pytest.param(
            (
                with_shipment(
                    parcel_count=2, barcodes=("3S1", "3S2"), further_ids=("901",), status="in_transit", units=UNITS
                )[0],
                replace(THEIRS, labels=(replace(LABEL, barcodes=("3S1", "3S2")),)),
            ),
            id="one shipment of two parcels, told with the first number",
        ),
    ],
)
def test_what_is_as_it_should_be_is_not_named(books: Books):
    assert {name: rows for name, rows in compare(*books).items() if rows} == {}


def test_the_books_of_the_sandbox_are_read():
    line = {"id": "line-1", "quantity": 3, "refundQuantity": 1, "physicalProperties": {"shippable": True}}
    digital = {"id": "line-2", "quantity": 1, "physicalProperties": {"shippable": False}}
    wix = {
        "orders": [{"id": ORDER, "status": "APPROVED", "paymentStatus": "PAID", "lineItems": [line, digital]}],
        "fulfillments": [
            {
                "orderId": ORDER,
                "id": "fulfillment-1",
                "lineItems": [{"id": "line-1", "quantity": 1}, {"id": "line-1", "quantity": 1}],
                "trackingInfo": {"trackingNumber": "3S1"},
            }
        ],
    }
    piece = {"barcode": "3S2"}
    parcel = {"id": 900, "reference_identifier": "shipment-1", "status": 2, "barcode": "3S1", "shipment_type": 3}
    parcel |= {"recipient": {"street": "Kade", "number": "12"}, "secondary_shipments": [piece]}

    theirs = read_theirs(wix, [parcel], [ORDER])

    assert theirs.orders[ORDER].can_be_shipped
    assert theirs.orders[ORDER].ordered == {"line-1": 3}
    assert theirs.orders[ORDER].refunded == {"line-1": 1}
    assert not replace(theirs.orders[ORDER], refunded={"line-1": 3}).can_be_shipped
    assert theirs.fulfillments == (WixFulfillment(ORDER, "fulfillment-1", "3S1", {"line-1": 2}),)
    assert theirs.labels == (Label("900", "shipment-1", 2, ("3S1", "3S2"), house="Kade 12"),)

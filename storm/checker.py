"""Compares the books of Wix and MyParcel with our tables. Each finding is one thing that must never happen.

The classes, all of which must be empty when a storm is over:

- lost: paid and imported, and the webshop was not told of the parcel, although it would listen;
- duplicate: one parcel told, labelled or drafted twice;
- falsely_told: a number that is not this parcel's, of a canceled label, or with other units;
- falsely_failed: we say that something failed, and they have it;
- orphaned: a label at MyParcel that we do not know;
- unseen: an order that can be shipped and that the import page does not offer, or offers although it is over;
- stuck: work that waits longer than it may;
- figures: what is counted differs from what there is.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from storm.books import CONCEPT, Label, OurBooks, OurShipment, TheirBooks, WixFulfillment

Findings = dict[str, list[str]]
Check = Callable[[OurBooks, TheirBooks], Iterator[str]]
DONE, FAILED = "done", "needs_attention"
UNFINISHED = frozenset({"due", "sending", "unknown"})
# True when it was said: another job was making the label, and tells of it.
TOLD_ELSEWHERE = frozenset({"busy"})
CANCELED = "cancelled"


def compare(ours: OurBooks, theirs: TheirBooks) -> Findings:
    """Every class, also those without a finding."""
    return {name: sorted(check(ours, theirs)) for name, check in CHECKS.items()}


def number_of(findings: Findings) -> int:
    return sum(map(len, findings.values()))


def _lost(ours: OurBooks, theirs: TheirBooks) -> Iterator[str]:
    told = _told(theirs)
    for one in ours.shipments:
        order = theirs.orders.get(one.order)
        if one.has_label and order is not None and order.takes_fulfillments and not told[one.order] & set(one.barcodes):
            yield f"shipment {one.id} of order {one.order} has a label and the webshop was not told"
    live: dict[str, list[OurShipment]] = defaultdict(list)
    for one in ours.shipments:
        live[one.order].append(one)
    for own_id in theirs.placed:
        order, mirrored = theirs.orders.get(own_id), ours.orders.get(own_id)
        if order is None or mirrored is None or not mirrored.imported or not order.can_be_shipped:
            continue
        if not live[own_id]:
            yield f"order {own_id} counts as imported and has no shipment"
        for one in live[own_id]:
            if one.status in {"draft", "test"} and not one.blocked:
                yield f"shipment {one.id} of order {own_id} was left a {one.status} with nothing in its way"


def _told(theirs: TheirBooks) -> dict[str, set[str]]:
    numbers: dict[str, set[str]] = defaultdict(set)
    for row in theirs.fulfillments:
        numbers[row.order].add(row.number)
    return numbers


def _duplicate(ours: OurBooks, theirs: TheirBooks) -> Iterator[str]:
    for (order, number), times in Counter((row.order, row.number) for row in theirs.fulfillments).items():
        if number and times > 1:
            yield f"order {order} was told {times} times of {number}"
    for reference, times in Counter(label.reference for label in _bought(theirs)).items():
        if times > 1:
            yield f"shipment {reference} has {times} labels at MyParcel"
    for barcode, times in Counter(barcode for one in ours.shipments for barcode in one.barcodes).items():
        if times > 1:
            yield f"{times} shipments have the barcode {barcode}"
    yield from _too_many_units(ours, theirs)


def _bought(theirs: TheirBooks) -> Iterator[Label]:
    return (one for one in theirs.labels if one.status != CONCEPT and not one.is_void and not one.is_return)


def _too_many_units(ours: OurBooks, theirs: TheirBooks) -> Iterator[str]:
    """More of an order in parcels than was ever ordered: it was imported twice."""
    packed: dict[str, Counter[str]] = defaultdict(Counter)
    for one in ours.shipments:
        if one.status != CANCELED:
            packed[one.order].update(one.units)
    for own_id, units in packed.items():
        order = theirs.orders.get(own_id)
        for line, count in units.items() if order else ():
            ordered = order.ordered.get(line, 0) if order else 0
            if count > ordered:
                yield f"{count} units of line {line} of order {own_id} are in parcels, and {ordered} were ordered"


def _falsely_told(ours: OurBooks, theirs: TheirBooks) -> Iterator[str]:
    by_number = {one.told: one for one in ours.shipments if one.told}
    by_barcode = {barcode: one for one in ours.shipments for barcode in one.barcodes}
    for row in theirs.fulfillments:
        one = by_number.get(row.number) or by_barcode.get(row.number)
        if one is None:
            if row.order in theirs.placed:
                yield f"order {row.order} was told {row.number}, which no shipment of ours has"
        else:
            yield from _wrong(row, one, theirs)
    labels = {label.reference: label for label in _bought(theirs)}
    for one in ours.shipments:
        label = labels.get(one.id)
        if one.has_label and label is not None and set(label.barcodes) != set(one.barcodes):
            yield f"shipment {one.id} has {one.barcodes}, and MyParcel gave it {label.barcodes}"
        elif one.has_label and label is not None and one.house and one.house not in label.house.split():
            yield f"shipment {one.id} goes to number {one.house}, and its label to {label.house}"


def _wrong(row: WixFulfillment, one: OurShipment, theirs: TheirBooks) -> Iterator[str]:
    if one.order != row.order:
        yield f"order {row.order} was told {row.number}, which is a parcel of order {one.order}"
    elif one.status == CANCELED:
        yield f"order {row.order} was told {row.number}, whose label was canceled"
    elif one.told and one.told not in one.barcodes:
        yield f"order {row.order} was told {row.number}, and the parcel is {one.barcodes}"
    elif one.units and not _are_its_units(row, one, theirs):
        yield f"order {row.order} was told {dict(row.units)} in {row.number}, and the parcel has {dict(one.units)}"


def _are_its_units(row: WixFulfillment, one: OurShipment, theirs: TheirBooks) -> bool:
    """All of them; of an order of which units were refunded maybe fewer."""
    refunded = theirs.orders[row.order].refunded if row.order in theirs.orders else {}
    fewest = {line: count - refunded.get(line, 0) for line, count in one.units.items()}
    lines = set(row.units) | set(one.units)
    return all(fewest.get(line, 0) <= row.units.get(line, 0) <= one.units.get(line, 0) for line in lines)


def _falsely_failed(ours: OurBooks, theirs: TheirBooks) -> Iterator[str]:
    told, labels = _told(theirs), {label.reference for label in _bought(theirs)}
    canceled = {one.id for one in ours.shipments if one.status == CANCELED}
    for one in ours.shipments:
        order = theirs.orders.get(one.order)
        if one.promise == FAILED and not one.withdraws and one.told in told[one.order]:
            yield f"we say that {one.told} was refused, and the webshop has it"
        elif one.promise == FAILED and order is not None and order.takes_fulfillments:
            yield f"we say that {one.told} was refused, and nothing is wrong with order {one.order}"
        if one.promise == DONE and one.has_label and one.told not in told[one.order] and order is not None:
            yield f"we say that {one.told} arrived, and the webshop does not have it"
    for item in ours.failed_items:
        if item.code in TOLD_ELSEWHERE or (item.code == CANCELED and item.shipment in canceled):
            continue
        if item.kind == "labels" and item.shipment in labels:
            yield f"a job says {item.code} of shipment {item.shipment}, and MyParcel has its label"
        elif item.kind == "import" and ours.orders.get(item.order, None) is None:
            yield f"an import says {item.code} of order {item.order}, which we do not have"
    yield from (f"order {own_id} counts as unreadable" for own_id in ours.unreadable if own_id in theirs.placed)
    yield from (f"connection {name} counts as refused" for name in ours.refused_connections)


def _orphaned(ours: OurBooks, theirs: TheirBooks) -> Iterator[str]:
    known = {own_id for one in ours.shipments for own_id in (one.external_id, *one.further_ids) if own_id}
    barcodes = {barcode for one in ours.shipments for barcode in one.barcodes}
    for label in theirs.labels:
        if label.is_void or label.id in known or set(label.barcodes) & barcodes:
            continue
        what = "concept" if label.status == CONCEPT else "label"
        yield f"MyParcel has the {what} {label.id} of shipment {label.reference}, which we do not know"


def _unseen(ours: OurBooks, theirs: TheirBooks) -> Iterator[str]:
    for own_id in theirs.placed:
        order, mirrored = theirs.orders.get(own_id), ours.orders.get(own_id)
        if order is None:
            continue
        is_known = own_id in ours.offered or (mirrored is not None and mirrored.imported)
        if order.can_be_shipped and not is_known:
            state = "is not in the mirror" if mirrored is None else f"counts as {mirrored.eligibility}"
            yield f"order {own_id} can be shipped, and {state}"
        if own_id in ours.offered and not order.can_be_shipped:
            yield f"order {own_id} is offered, and it is {order.status}, {order.payment}, {order.fulfillment}"


def _stuck(ours: OurBooks, _theirs: TheirBooks) -> Iterator[str]:
    yield from ours.unfinished
    for one in ours.shipments:
        if one.status == "registering":
            yield f"shipment {one.id} is still being registered"
        if one.promise in UNFINISHED:
            yield f"the update of shipment {one.id} is still {one.promise}"


def _figures(ours: OurBooks, _theirs: TheirBooks) -> Iterator[str]:
    yield from ours.differences


CHECKS: dict[str, Check] = {
    "lost": _lost,
    "duplicate": _duplicate,
    "falsely_told": _falsely_told,
    "falsely_failed": _falsely_failed,
    "orphaned": _orphaned,
    "unseen": _unseen,
    "stuck": _stuck,
    "figures": _figures,
}

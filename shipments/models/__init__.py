"""Shipments, their customs items, events, saved filters, job items, shelves and the columns of files."""

from shipments.models.barcodes import BarcodeBlock
from shipments.models.column_mappings import ColumnMapping
from shipments.models.counts import DAYS_COUNTED, SHIPMENT_COUNTS, SHIPMENT_HOURS, ShipmentCount, ShipmentHour
from shipments.models.customs import CustomsItem, ProductCustoms
from shipments.models.events import ShipmentEvent
from shipments.models.figures import FigureEntry
from shipments.models.filters import SavedFilter
from shipments.models.job_items import JobItem
from shipments.models.parcels import FurtherParcel
from shipments.models.shelves import ShelfText
from shipments.models.shipments import Shipment

__all__ = [
    "DAYS_COUNTED",
    "SHIPMENT_COUNTS",
    "SHIPMENT_HOURS",
    "BarcodeBlock",
    "ColumnMapping",
    "CustomsItem",
    "FigureEntry",
    "FurtherParcel",
    "JobItem",
    "ProductCustoms",
    "SavedFilter",
    "ShelfText",
    "Shipment",
    "ShipmentCount",
    "ShipmentEvent",
    "ShipmentHour",
]

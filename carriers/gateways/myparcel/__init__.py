"""MyParcel's public API (developer.myparcel.nl, version 1.1 of the shipment schema)."""

from carriers.gateways.myparcel.gateway import MyParcelGateway

__all__ = ["MyParcelGateway"]

"""The sandbox for MyParcel's API, with its own data, switches and pages under ``/myparcel``."""

"""A sandbox for MyParcel's API, inside the sandbox program: its own rows, switches and pages under ``/myparcel``."""

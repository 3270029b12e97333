"""A stand-in for MyParcel's API, inside the sandbox program: its own rows, knobs and pages under ``/myparcel``."""

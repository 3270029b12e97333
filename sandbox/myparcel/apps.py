from django.apps import AppConfig


class MyParcelConfig(AppConfig):
    name = "sandbox.myparcel"
    label = "parcels"

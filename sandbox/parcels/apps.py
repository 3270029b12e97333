from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    name = "sandbox.parcels"
    label = "parcels"

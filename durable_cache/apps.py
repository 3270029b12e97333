from django.apps import AppConfig


class DurableCacheConfig(AppConfig):
    name = "durable_cache"

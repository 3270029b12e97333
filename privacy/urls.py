from django.urls import path

from privacy.views import retention

app_name = "privacy"
urlpatterns = [
    path("instellingen/bewaren/", retention.retention_settings, name="retention"),
]

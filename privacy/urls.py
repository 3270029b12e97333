from django.urls import path

from privacy.views import person, retention

app_name = "privacy"
urlpatterns = [
    path("instellingen/bewaren/", retention.retention_settings, name="retention"),
    path("privacy/", person.privacy_page, name="privacy"),
    path("privacy/persoon/", person.find, name="find_person"),
    path("privacy/persoon/bestand/", person.export, name="export_person"),
    path("privacy/persoon/wissen/", person.erase, name="erase_person"),
]

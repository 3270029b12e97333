"""Language and profile."""

from django.urls import path

from accounts.views import profile

app_name = "accounts"
urlpatterns = [
    path("taal/", profile.language, name="language"),
    path("account/profiel/", profile.profile, name="profile"),
    path("account/profiel/wachtwoord/", profile.password, name="password"),
]

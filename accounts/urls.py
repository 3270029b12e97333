from django.urls import path

from accounts.views import profile, reauthenticate

app_name = "accounts"
urlpatterns = [
    path("taal/", profile.change_language, name="language"),
    path("account/profiel/", profile.profile, name="profile"),
    path("account/profiel/wachtwoord/", profile.change_password, name="password"),
    path("account/profiel/e-mailadres/", profile.change_email, name="change_email"),
    path("account/e-mailadres/<str:token>/", profile.confirm_email, name="confirm_email"),
    path("account/verder/", reauthenticate.resume, name="resume"),
]

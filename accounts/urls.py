"""Shop, language and settings."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("shop/<uuid:public_id>/kies/", views.shop_switch, name="shop_switch"),
    path("taal/", views.language, name="language"),
    path("instellingen/", views.settings_page, name="settings"),
    path("instellingen/zendingen/", views.preferences, name="preferences"),
    path("instellingen/afzender/", views.sender, name="sender"),
    path("instellingen/labels/", views.labels, name="labels"),
]

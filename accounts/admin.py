"""Admin pages of users, and the lists of other apps' models made to cost the same however many rows there are."""

from allauth.account.admin import EmailAddressAdmin as AllauthEmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _mfa_admin  # noqa: F401 - registers what is registered anew here
from allauth.mfa.models import Authenticator
from allauth.usersessions import admin as _usersessions_admin  # noqa: F401
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import OutgoingMail, User
from accounts.services import user_sessions
from accounts.services.notices import notify_change
from ui.admin import BoundedAdmin, ReadOnlyAdmin

# The library's pages show secrets and keys of sessions.
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])


class ToldPasswordForm(AdminPasswordChangeForm):
    """The owner of the account is told, and nobody who had the old password stays in."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        user_sessions.end_others(user, None)
        notify_change(user, "password_by_admin")
        return user


@admin.register(User)
class UserAdmin(BoundedAdmin, DjangoUserAdmin):
    change_password_form = ToldPasswordForm
    ordering = ("-pk",)
    list_display = ("email", "name", "language", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email__startswith", "name__startswith")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """A former address lets nobody in any more, and is told so."""
        former = User.objects.filter(pk=obj.pk).values_list("email", flat=True).first() if change else None
        super().save_model(request, obj, form, change)
        if former and former != obj.email:
            EmailAddress.objects.filter(user=obj.pk).exclude(email=obj.email).delete()
            notify_change(obj, "email_changed", to=former, by=request.user)  # type: ignore[arg-type]


@admin.register(Group)
class GroupAdmin(BoundedAdmin, DjangoGroupAdmin):
    ordering = ("-pk",)
    search_fields = ("name__startswith",)


@admin.register(EmailAddress)
class EmailAddressAdmin(BoundedAdmin, AllauthEmailAddressAdmin):  # type: ignore[misc]
    list_select_related = ("user",)
    search_fields = ("email__startswith",)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Not those of the library, which search inside names."""
        return self.search_fields


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """How the outbox is doing; not what a mail says."""

    list_display = ("to", "template", "state", "tries", "queued_at", "finished_at")
    list_filter = ("state",)
    search_fields = ("to__startswith",)
    fields = ("to", "template", "language", "state", "failure", "tries", "queued_at", "next_at", "finished_at")


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Who has a second step; never its secrets. ``manage.py remove_second_factor`` takes it away."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__email__startswith",)
    fields = ("user", "type", "created_at", "last_used_at")


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """Where users are signed in; not the keys of their sessions."""

    list_display = ("user", "ip", "user_agent", "created_at", "last_seen_at")
    list_select_related = ("user",)
    search_fields = ("user__email__startswith",)
    fields = ("user", "ip", "user_agent", "created_at", "last_seen_at")

"""The rules of a team, tested in the service, without the checks of forms and pages."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.tests.factories import make_user
from shops.models import Invitation, Membership, Shop
from shops.services import team
from shops.services.team import TeamChangeRejected
from shops.tests.factories import make_invitation, make_member

pytestmark = pytest.mark.django_db
EMAIL = "nina@example.com"


@pytest.fixture
def first(owner: User, shop: Shop) -> Membership:
    """The membership of the owner."""
    return shop.memberships.get(user=owner)


def roles(shop: Shop) -> list[str]:
    return sorted(shop.memberships.values_list("role", flat=True))


@pytest.mark.parametrize("role", ["admin", "staff", "reader"])
def test_only_an_owner_makes_an_owner(owner, shop, role):
    by, member = make_member(shop, make_user(), role), make_member(shop, make_user(), "staff")
    with pytest.raises(TeamChangeRejected):
        team.invite(by, EMAIL, "owner")
    with pytest.raises(TeamChangeRejected):
        team.change_role(by, member, "owner")
    with pytest.raises(TeamChangeRejected):
        team.change_role(by, by, "owner")
    assert list(shop.memberships.filter(role="owner").values_list("user", flat=True)) == [owner.pk]
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("role", ["admin", "staff", "reader"])
def test_only_an_owner_changes_or_removes_an_owner_also_when_another_one_stays(owner, shop, role):
    second, by = make_member(shop, make_user(), "owner"), make_member(shop, make_user(), role)
    with pytest.raises(TeamChangeRejected):
        team.change_role(by, second, "reader")
    with pytest.raises(TeamChangeRejected):
        team.remove_member(by, second)
    assert roles(shop).count("owner") == 2


def test_giving_the_last_owner_the_same_role_again_is_no_change(first, shop):
    team.change_role(first, first, "owner")
    assert roles(shop) == ["owner"]


def test_an_owner_makes_an_owner(first, shop):
    member = make_member(shop, make_user(), "staff")
    team.change_role(first, member, "owner")
    assert roles(shop) == ["owner", "owner"]
    assert team.invite(first, EMAIL, "owner").role == "owner"


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_nobody_changes_or_removes_who_works_in_another_shop(first, shop, rival, role):
    by = first if role == "owner" else make_member(shop, make_user(), "admin")
    stranger = make_member(rival, make_user(), "staff")
    team.change_role(by, stranger, "reader")
    team.remove_member(by, stranger)
    stranger.refresh_from_db()
    assert stranger.role == "staff"


def test_another_shops_owner_does_not_count_as_an_owner_who_stays(first, shop, rival):
    make_member(shop, make_user(), "admin")
    with pytest.raises(TeamChangeRejected):
        team.remove_member(first, first)
    assert roles(shop) == ["admin", "owner"]


def test_who_works_in_another_shop_can_be_invited_too(first, shop, rival):
    make_member(rival, make_user(email=EMAIL), "staff")
    assert team.invite(first, EMAIL, "staff").shop == shop


def test_an_address_has_one_seat_however_it_is_written(first, shop):
    make_invitation(shop, email="Nina@Example.com")
    team.invite(first, " NINA@example.COM ", "reader")
    assert Invitation.objects.get().role == "reader"


def test_another_shops_invitation_stays_as_it_is(first, shop, rival):
    theirs = make_invitation(rival, email="Nina@Example.com", role="admin")
    ours = team.invite(first, EMAIL, "reader")
    before = theirs.token_hash
    theirs.refresh_from_db()
    assert (theirs.role, theirs.token_hash, ours.email) == ("admin", before, EMAIL)


@pytest.mark.parametrize("end", ["removed", "reader", "disabled"])
def test_the_open_invitations_of_somebody_who_may_no_longer_invite_end(first, shop, end):
    admin, user = make_member(shop, make_user(), "admin"), make_user(email=EMAIL)
    invitation = team.invite(admin, EMAIL, "staff")
    token = "token"  # noqa: S105
    Invitation.objects.update(token_hash=team.hash_token(token))
    mine = team.invite(first, "other@example.com", "staff")
    if end == "disabled":
        User.objects.filter(pk=admin.user_id).update(is_active=False)
    elif end == "removed":
        team.remove_member(first, admin)
    else:
        team.change_role(first, admin, end)
    assert team.find_invitation(token) is None
    with pytest.raises(TeamChangeRejected):
        team.accept(invitation, user)
    assert not Membership.objects.filter(user=user).exists()
    assert mine in Invitation.objects.open(), "those of others stay"


def test_an_owner_who_becomes_an_admin_appoints_no_owner_with_an_old_invitation(first, shop):
    second = make_member(shop, make_user(), "owner")
    owners, staff = team.invite(second, EMAIL, "owner"), team.invite(second, "other@example.com", "staff")
    team.change_role(first, second, "admin")
    assert list(Invitation.objects.open()) == [staff]
    with pytest.raises(TeamChangeRejected):
        team.accept(owners, make_user(email=EMAIL))


def test_who_left_can_be_invited_and_join_again(first, shop):
    user = make_user(email=EMAIL)
    member = team.accept(team.invite(first, EMAIL, "staff"), user)
    team.remove_member(first, member)
    again = team.invite(first, EMAIL, "reader")
    assert team.accept(again, user).role == "reader"


def test_withdrawing_what_was_accepted_changes_nothing(shop):
    invitation = make_invitation(shop, email=EMAIL)
    team.accept(invitation, make_user(email=EMAIL))
    team.revoke_invitation(invitation)
    assert Invitation.objects.filter(pk=invitation.pk).exists()


def test_an_invitation_that_is_too_old_is_not_accepted(shop):
    invitation = make_invitation(shop, expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(TeamChangeRejected):
        team.accept(invitation, make_user())
    with pytest.raises(TeamChangeRejected):
        team.accept_with_new_account(invitation, "Nina", "a fresh long password", "nl")
    assert roles(shop) == ["owner"]
    assert not User.objects.filter(name="Nina").exists(), "no account is left behind"


def test_who_has_an_account_does_not_join_as_a_newcomer(shop):
    known = make_user(email=EMAIL)
    with pytest.raises(TeamChangeRejected):
        team.accept_with_new_account(make_invitation(shop, email="Nina@Example.com"), "Nina", "another password", "nl")
    before = known.password
    known.refresh_from_db()
    assert (known.password, known.memberships.count()) == (before, 0)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_the_same_moment_do_not_both_leave(first, shop):
    second = make_member(shop, make_user(), "owner")

    def leave_too() -> str:
        try:
            team.remove_member(second, second)
        except TeamChangeRejected:
            return "refused"
        finally:
            connection.close()
        return "left"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            team.remove_member(first, first)
            other = pool.submit(leave_too)
            wait([other], timeout=0.5)
        assert other.result() == "refused"
    assert roles(shop) == ["owner"]

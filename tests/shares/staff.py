"""Staff of each kind, signed in."""

from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import User
from onetimeshare.roles import ADMINISTRATOR, MODERATOR


def signed_in(user):
    browser = Client()
    browser.force_login(user)
    return browser


def of_role(role, **flags):
    """A browser of somebody in that group."""
    user = User.objects.create_user(f"{role.lower()}@example.org", "x" * 20, is_staff=True, **flags)
    user.groups.add(Group.objects.get(name=role))
    return signed_in(user)


def with_permissions(*codenames):
    user = User.objects.create_user("some@example.org", "x" * 20, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return signed_in(user)


def a_moderator():
    return of_role(MODERATOR)


def an_administrator():
    return of_role(ADMINISTRATOR)

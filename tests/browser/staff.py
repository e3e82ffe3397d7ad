"""Staff of a role in a real browser: a person of the database, signed in by the door that all people use."""

from playwright.sync_api import Page

from tests.browser import members
from tests.browser.site import Site


def signed_in(site: Site, page: Page, role: str = "") -> Page:
    """role: a group's name; a superuser without one. Ends on the first page of the staff's own."""
    member = members.a_member(site, is_staff=True, is_superuser=not role)
    if role:
        site.sql(
            "INSERT INTO accounts_user_groups (user_id, group_id)"
            " SELECT %s, id FROM auth_group WHERE name = %s RETURNING id",
            member.pk, role,
        )  # fmt: skip
    members.sign_in(page, member, site.url, "/admin/")
    return page

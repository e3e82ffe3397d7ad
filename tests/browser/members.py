"""People with accounts on a site, made in its database: what is not looked at need not be clicked through."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from functools import cache

import argon2
from playwright.sync_api import Page

from tests.browser.site import Site

PASSWORD = "a right long password"


@dataclass(frozen=True)
class Member:
    pk: int
    email: str


@cache
def _stored_password() -> str:
    return "argon2" + argon2.PasswordHasher().hash(PASSWORD)


def a_member(site: Site, **flags: bool) -> Member:
    """*flags*: is_staff, is_superuser."""
    told = {"is_staff": False, "is_superuser": False, **flags}
    email = f"{secrets.token_hex(4)}@example.org"
    ((pk,),) = site.sql(
        "INSERT INTO accounts_user (email, password, is_active, is_staff, is_superuser)"
        " VALUES (%s, %s, true, %s, %s) RETURNING id",
        email, _stored_password(), told["is_staff"], told["is_superuser"],
    )  # fmt: skip
    site.sql(
        'INSERT INTO account_emailaddress (user_id, email, verified, "primary")'
        " VALUES (%s, %s, true, true) RETURNING id",
        pk, email,
    )  # fmt: skip
    return Member(pk, email)


def with_an_app(site: Site, member: Member) -> str:
    """An app for codes and recovery codes; the app's secret."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    for kind, data in (("totp", {"secret": secret}), ("recovery_codes", {"seed": "00" * 40, "used_mask": 0})):
        site.sql(
            "INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
            " VALUES (%s, %s, %s, now()) RETURNING id",
            member.pk, kind, json.dumps(data),
        )  # fmt: skip
    return secret


def a_token(site: Site, member: Member, *scopes: str) -> str:
    """An API token's text."""
    text = f"ots_{secrets.token_hex(16)}"
    site.sql(
        "INSERT INTO accounts_apitoken (user_id, name, digest, scopes) VALUES (%s, 'ots', %s, %s)"
        " RETURNING id",
        member.pk, hashlib.sha256(text.encode()).digest(), list(scopes),
    )  # fmt: skip
    return text


def an_invitation(site: Site) -> str:
    """Its link."""
    key = secrets.token_urlsafe(24)
    site.sql(
        "INSERT INTO accounts_invitation (digest, email, expires_at)"
        " VALUES (encode(sha256(%s::bytea), 'hex'), '', now() + interval '1 day') RETURNING id",
        key,
    )
    return f"{site.url}/accounts/link#invitation.{key}"


def digits(secret: str) -> str:
    """As RFC 6238 has it, for now."""
    now = (int(time.time()) // 30).to_bytes(8, "big")
    mac = hmac.digest(base64.b32decode(secret), now, "sha1")
    cut = int.from_bytes(mac[mac[-1] & 15 :][:4], "big") & 0x7FFFFFFF
    return f"{cut % 10**6:06}"


def sign_in(page: Page, member: Member, url: str, wanted: str = "/accounts/") -> None:
    """*url*: of the site. Ends where one wanted to go, or at the second step."""
    page.goto(f"{url}/accounts/login?next={wanted}")
    page.get_by_label("E-mail").fill(member.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda at: "/accounts/login?" not in at)


def confirm(page: Page) -> None:
    """Is it you?"""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()

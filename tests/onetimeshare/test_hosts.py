"""Whatever a request says of our name: links, letters and redirects have the origin of PUBLIC_URL (S11)."""

import re
from urllib.parse import unquote

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from onetimeshare import middleware
from sealing.encoding import b64
from tests.accounts.provider import a_provider
from tests.accounts.visitor import PASSWORD, a_person
from tests.builders import a_sealed_text, a_waiting_share
from tests.faults.counts import count
from tests.onetimeshare.hosts_corpus import EVIL, POISONS, SECOND

pytestmark = pytest.mark.django_db
OURS = "http://testserver"
HTML = {"Accept": "text/html"}
LINK = re.compile(r"[\w+.-]*:?//[^\s\"'<>&;]*/(?:s|m|report|accounts|admin|\.well-known)/[^\s\"'<>&;]*")
LINKED = {
    "sign-up of somebody known",
    "receipt, page",
    "form",
    "form, page",
    "put",
    "look",
    "security.txt",
    "reset mail",
    "sign on",
    "reset link",
}
OPEN = "/s/aaaaaaaaaaaaaaaa"


@pytest.fixture
def provider(settings):
    """Single sign-on, whose way back is an address of ours."""
    with a_provider() as made:
        settings.OIDC_ISSUER, settings.OIDC_NAME = made.url, "Acme"
        app = {"provider_id": "sso", "name": "Acme", "client_id": "us", "secret": "our secret"}
        told = {"APPS": [{**app, "settings": {"server_url": made.url}}]}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": told}
        yield made


@pytest.fixture
def site(settings, provider):
    """A person, an administrator, and a share; behind a proxy, with a second name."""
    settings.ALLOWED_HOSTS = ["testserver", SECOND]
    settings.TRUSTED_PROXY_COUNT, settings.SIGN_UP = 1, "open"
    settings.RATE_LOGIN = ""
    settings.SECURITY_CONTACT = "https://example.org/contact"
    settings.ACCOUNT_RATE_LIMITS = False
    person = a_person()
    root = Client()
    root.force_login(User.objects.create_superuser("root@example.org", PASSWORD))
    return {"person": person, "root": root, "left": a_sealed_text(), "sent": a_waiting_share()}


def asked(site, said):
    """Every door that writes an address, asked with *said* in WSGI's environ."""
    stranger, root, sent = Client(**said), site["root"], site["sent"]
    bearer = {"Authorization": f"Bearer {b64(sent.manage_token)}"}
    stub = {"link": site["left"].manage.url, "action": "status"}
    link = {"action": "make_password_link", "_selected_action": [site["person"].pk]}
    yield "form", stranger.post("/", {"text": "x"})
    yield "form, page", stranger.post("/", {"text": "x"}, headers=HTML)
    yield "put", stranger.put("/notes.txt", b"x", content_type="text/plain")
    yield "receipt", stranger.post("/m/aaaaaaaaaaaaaaaa", stub)
    yield "receipt, page", stranger.post("/m/aaaaaaaaaaaaaaaa", stub, headers=HTML)
    yield "receipt, call", stranger.get(f"/api/v1/shares/{sent.id}/receipt", headers=bearer)
    yield "look", stranger.post(OPEN, {"link": site["left"].link.url}, headers=HTML)
    yield "facing page", stranger.get(OPEN, headers=HTML)
    yield "security.txt", stranger.get("/.well-known/security.txt")
    yield "reset mail", stranger.post("/accounts/password/reset", {"email": site["person"].email})
    known = {"email": site["person"].email, "password1": PASSWORD, "password2": PASSWORD}
    yield "sign-up of somebody known", Client(**said).post("/accounts/signup", known)
    yield "to the door", stranger.get("/admin/shares/share/")
    yield "to the door of people", stranger.get("/accounts/shares")
    yield "signed in", stranger.post("/accounts/login", {"login": "ann@example.org", "password": PASSWORD})
    yield "sign on", Client(**said).post("/accounts/sso")
    yield "reset link", root.post("/admin/accounts/user/", link, **said)
    yield "slash", root.get("/admin/shares/share", **said)


def told_by(answer):
    """All that an answer says, its headers and the letters sent meanwhile."""
    letters = [f"{letter.subject}\n{letter.body}\n{letter.message()}" for letter in mail.outbox]
    mail.outbox.clear()
    body = b"" if answer.streaming else answer.content
    return unquote(
        "\n".join([*map(str, answer.headers.items()), str(answer.cookies), body.decode(), *letters])
    )


def foreign_links(site, said):
    """By the name of a door: what it says that is not ours, and the doors that say a link."""
    found, linked = {}, set()
    for door, answer in asked(site, said):
        text = told_by(answer)
        links = [link for link in LINK.findall(text) if "/openid-configuration" not in link]
        linked |= {door} if links else set()
        wrong = [link for link in links if not link.startswith(f"{OURS}/")]
        wrong += [name for name in (EVIL, SECOND, ":1337") if name in text.lower()]
        if answer.status_code in (301, 302) and not answer["Location"].startswith(("/accounts/", "/admin/")):
            wrong.append(answer["Location"])
        if wrong:
            found[door] = wrong
        assert answer.status_code < 500, (said, door)
    return found, linked


@pytest.fixture
def believing(monkeypatch, settings):
    """The product broken: it takes its name from whoever asks, as a site without a PUBLIC_URL would."""
    was = middleware.Refusals.__call__

    def call(self, request):
        told = request.META
        settings.PUBLIC_URL = (
            f"http://{told.get('HTTP_X_FORWARDED_HOST') or told.get('HTTP_HOST', 'testserver')}"
        )
        return was(self, request)

    monkeypatch.setattr(middleware.Refusals, "__call__", call)


@pytest.mark.promise("S11")
def test_no_forged_host_gets_into_a_link(site, figure):
    assert len(POISONS) >= 50
    assert foreign_links(site, {}) == ({}, LINKED), "what is honest"

    chosen = POISONS[:: count(2, 1)]
    poisoned, answered = {}, 0
    for name, value in chosen:
        found, linked = foreign_links(site, {name: value})
        answered += linked == LINKED
        if found:
            poisoned[name, value] = found

    assert poisoned == {}
    assert answered > len(chosen) / 2, ("most were refused", LINKED - linked)
    figure("S11", f"{len(poisoned)} of {len(chosen)} forged names stand in a link")


@pytest.mark.twin("S11")
@pytest.mark.usefixtures("believing")
@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP_HOST", SECOND), ("HTTP_HOST", "testserver:1337"), ("HTTP_X_FORWARDED_HOST", EVIL)],
)
def test_a_server_that_believes_a_request_is_noticed(site, red, name, value):
    found, _ = foreign_links(site, {name: value})

    assert set(found) >= LINKED - {"receipt, page"}
    red("a server that takes its name from whoever asks")


@pytest.mark.parametrize("host", ["testserver:1337", SECOND])
def test_single_sign_on_and_letters_of_the_library_lead_to_our_own_address(site, host):
    """allauth makes these from the Host header: they were another port, or our second name."""
    doors = dict(asked(site, {"HTTP_HOST": host}))

    assert "redirect_uri=http://testserver/accounts/sso/back&" in unquote(doors["sign on"]["Refresh"])
    (known,) = [letter for letter in mail.outbox if letter.subject.startswith("You have an account")]
    assert "\nhttp://testserver/accounts/password/reset\n" in known.body

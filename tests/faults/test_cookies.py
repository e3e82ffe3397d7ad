"""S10: the cookies of people as a server behind TLS sends them, and when a session begins and ends."""

import secrets
from http.cookies import SimpleCookie

import pytest

from tests.faults.client import Ask, form, send
from tests.faults.moderator import LOGIN, TOKEN
from tests.faults.twins import assert_red

LOGOUT, ACCOUNT = "/accounts/logout", "/accounts/"
# Two that no script reads; and one that says only that somebody is signed in, for scripts to read.
EXPECTED = {
    "__Host-session": ("/", True, True, "Lax"),
    "__Host-csrf": ("/", True, True, "Lax"),
    "__Host-signed-in": ("/", True, "", "Strict"),
}
BEHIND_TLS = {"PUBLIC_URL": "https://share.example.org"}
SITE = {"Host": "share.example.org", "Origin": "https://share.example.org", "Accept": "text/html"}


class Browser:
    """It keeps what it is given, and remembers how."""

    def __init__(self, rig, **given):
        self._url, self.held, self.said = rig.urls[0], given, {}

    def get(self, path, **headers):
        return self._send(Ask("GET", path, self._headers() | headers))

    def post(self, path, **fields):
        token = TOKEN.search(self.get(LOGIN).body.decode() + self.get(LOGOUT).body.decode())
        return self._send(form(path, {"csrfmiddlewaretoken": token[1], **fields}, **self._headers()))

    @property
    def is_in(self):
        return self.get(ACCOUNT).status == 200

    def _headers(self):
        return SITE | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.held.items())}

    def _send(self, ask):
        reply = send(self._url, ask)
        morsels = [m for cookie in reply.cookies for m in SimpleCookie(cookie).values()]
        for morsel in morsels:
            self.held[morsel.key] = morsel.value
            if morsel["max-age"] != 0:
                how = (morsel["path"], morsel["secure"], morsel["httponly"], morsel["samesite"])
                self.said.setdefault(morsel.key, set()).add(how)
            assert not morsel["domain"]
        return reply


def cookies_are_closed_and_sessions_end(rig):
    email, password = "ann@example.org", secrets.token_hex(16)
    rig.manage(*("createsuperuser", "--noinput", "--email", email), DJANGO_SUPERUSER_PASSWORD=password)
    browser = Browser(rig)
    browser.get("/accounts/login/passkey", Accept="application/json")  # makes a session for its challenge
    before = dict(browser.held)

    assert browser.post(LOGIN, login=email, password=password).status == 302

    assert browser.is_in
    assert browser.said == {name: {how} for name, how in EXPECTED.items()}
    assert "__Host-session" in before
    assert not Browser(rig, **before).is_in, "who knew the session of before is in"
    inside = dict(browser.held)
    assert Browser(rig, **inside).is_in
    browser.get(LOGOUT)
    assert browser.is_in, "a look has signed out"
    assert browser.post(LOGOUT).status == 302
    assert not browser.is_in
    assert not Browser(rig, **inside).is_in, "a session goes on after its end"


@pytest.mark.promise("S10")
def test_cookies_are_closed_and_a_session_is_new_at_its_begin_and_dead_after_its_end(make_rig, figure):
    cookies_are_closed_and_sessions_end(make_rig(masters=1, environ=BEHIND_TLS))
    figure(
        "S10",
        f"{len(EXPECTED)} cookies, each `__Host-`, Secure and for its site alone; 0 sessions outlive an end",
    )


@pytest.mark.twin("S10")
@pytest.mark.parametrize(
    ("twin", "word"),
    [
        ("keeps_the_session", "who knew the session of before is in"),
        ("sessions_go_on", "a session goes on after its end"),
        ("signs_out_at_a_look", "a look has signed out"),
        ("cookies_for_scripts", "__Host-session"),
    ],
)
def test_a_session_or_a_cookie_that_is_open_is_noticed(make_rig, twin, word):
    assert word in assert_red(
        make_rig(masters=1, environ=BEHIND_TLS, twin=twin), cookies_are_closed_and_sessions_end
    )

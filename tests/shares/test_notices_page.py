"""The page on which people choose what they are told: what it takes, refuses, and shows only once."""

import re
import socket
import threading
import time

import pytest
from django.test import Client

from onetimeshare import outward
from shares import webhooks
from shares.models import Notice, NoticeChoice
from shares.services.claim import claim
from shares.services.notices import tell
from shares.values import Way
from tests.builders import a_claim_of
from tests.shares.people import a_member, a_share_of
from tests.shares.test_webhooks import a_member_with_webhook

pytestmark = pytest.mark.django_db
PAGE = "/accounts/notices"
PUBLIC = "93.184.215.14"


@pytest.fixture(autouse=True)
def resolver(monkeypatch):
    """hook.test is public, inside.test is not, and nothing else is there."""
    known = {"hook.test": PUBLIC, "inside.test": "10.0.0.1", "10.0.0.1": "10.0.0.1"}

    def look_up(host, port, *args, **kwargs):
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], port))]

    monkeypatch.setattr(outward.socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def member():
    return a_member()


@pytest.fixture
def browser(member):
    browser = Client(headers={"accept": "text/html"})
    browser.force_login(member)
    return browser


def choice_of(member):
    return NoticeChoice.objects.filter(pk=member.pk).first()


def saved(browser, **fields):
    return browser.post(PAGE, {"action": "save", **fields})


def test_who_is_not_signed_in_is_sent_to_the_door():
    for method in ("get", "post"):
        answer = getattr(Client(), method)(PAGE)

        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login?next={PAGE}")


def test_everything_is_off_at_first(browser, member):
    page = browser.get(PAGE).content.decode()

    assert page.count('type="checkbox"') == 6
    assert "checked" not in page
    assert "Send a test" not in page
    assert choice_of(member) is None


def test_what_is_chosen_is_shown_again_and_counts(browser, member):
    saved(browser, email=["opened", "expired"])
    page = browser.get(PAGE).content.decode()
    claim(a_claim_of(a_share_of(member)))

    assert re.findall(r'name="(\w+)" value="(\w+)"[^>]* checked', page) == [
        ("email", "opened"),
        ("email", "expired"),
    ]
    assert choice_of(member).language == "en"
    assert [notice.way for notice in Notice.objects.all()] == ["email"]


def test_mail_will_speak_the_language_of_the_page(browser, member):
    browser.post(f"{PAGE}?lang=de", {"action": "save", "email": ["opened"]})

    assert choice_of(member).language == "de"


def test_a_webhooks_secret_is_shown_once(browser, member):
    page = saved(browser, webhook=["opened"], webhook_url="https://hook.test/in").content.decode()
    again = browser.get(PAGE).content.decode()

    shown = re.findall(r"whsec_[A-Za-z0-9+/=]+", page)
    assert shown == [webhooks.webhook.secret_text(webhooks.secret_of(choice_of(member)))]
    assert "whsec_" not in again
    assert "https://hook.test/in" in again


def test_a_new_secret_takes_the_place_of_the_old_one(browser, member):
    saved(browser, webhook_url="https://hook.test/in")
    old = webhooks.secret_of(choice_of(member))

    page = browser.post(PAGE, {"action": "secret"}).content.decode()

    new = webhooks.secret_of(choice_of(member))
    assert new != old
    assert webhooks.webhook.secret_text(new) in page


def test_an_address_that_is_taken_away_takes_its_secret_along(browser, member):
    saved(browser, webhook_url="https://hook.test/in")

    saved(browser, email=["opened"])

    assert (choice_of(member).webhook_url, bytes(choice_of(member).webhook_secret)) == ("", b"")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://hook.test/", "begin with https"),
        ("https://me:word@hook.test/", "Leave out"),
        ("https://10.0.0.1/", "no such host"),
        ("https://inside.test/", "no such host"),
        ("https://hook.test:8443/", "port 443"),
        ("https://nowhere.test/", "no such host"),
        ("hook.test", "begin with https"),
        ("https://hook.test/a b", "not the address"),
        ("https://hook.test/" + "a" * 500, "500"),
        ("https://hook.test/\0", "Null"),
    ],
)
def test_an_address_that_would_not_be_spoken_to_is_not_saved(browser, member, url, says):
    answer = saved(browser, webhook=["opened"], webhook_url=url)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert choice_of(member) is None


def test_nobody_learns_which_names_are_known_inside(browser):
    def told(name):
        page = saved(browser, webhook_url=f"https://{name}.test/").content.decode()
        return re.sub(rf"//{name}\.test|csrfmiddlewaretoken\S* value=\S+", "", page)

    assert told("inside") == told("nowhere")


def test_a_new_address_is_looked_up_for_two_seconds_at_most(browser, member, monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(outward.socket, "getaddrinfo", lambda *args, **kwargs: over.wait(10))
    began = time.monotonic()

    answer = saved(browser, webhook_url="https://slow.test/")

    over.set()
    assert answer.status_code == 422
    assert time.monotonic() - began < 4


def test_new_addresses_are_counted_and_other_changes_are_not(browser, member, settings):
    settings.RATE_WEBHOOK = "2/h"
    saved(browser, webhook_url="https://nowhere.test/")
    saved(browser, webhook_url="https://hook.test/in")

    assert saved(browser, webhook_url="https://hook.test/in", webhook=["opened"]).status_code == 302
    assert saved(browser, webhook_url="https://hook.test/other").status_code == 429
    assert choice_of(member).webhook_url == "https://hook.test/in"


def test_a_scheme_in_capitals_is_saved_in_small_letters(browser, member):
    assert saved(browser, webhook_url="HTTPS://hook.test/In").status_code == 200

    assert choice_of(member).webhook_url == "https://hook.test/In"


def test_boxes_can_be_emptied_while_the_host_is_away(browser, member, resolver):
    saved(browser, webhook=["opened"], webhook_url="https://hook.test/in")
    del resolver["hook.test"]

    answer = saved(browser, webhook_url="https://hook.test/in")

    assert (answer.status_code, choice_of(member).notices) == (302, [])


@pytest.mark.parametrize(
    "fields", [{"email": ["everything"]}, {"webhook": ["opened"]}, {"email": ["opened\0"]}]
)
def test_what_makes_no_sense_is_refused(browser, member, fields):
    assert saved(browser, **fields).status_code == 422
    assert choice_of(member) is None


def test_a_test_goes_by_each_way_that_was_chosen_and_only_one_waits():
    member, _ = a_member_with_webhook("https://hook.test/in", "email:locked", "webhook:locked")
    browser = Client(headers={"accept": "text/html"})
    browser.force_login(member)

    for _ in range(3):
        browser.post(PAGE, {"action": "test"})

    assert sorted((notice.way, notice.what) for notice in Notice.objects.all()) == [
        ("email", "test"),
        ("webhook", "test"),
    ]


def test_how_the_last_try_went_is_told(browser, member, resolver):
    saved(browser, webhook=["opened"], webhook_url="https://hook.test/in")
    browser.post(PAGE, {"action": "test"})
    resolver["hook.test"] = "10.0.0.1"
    tell(Way.WEBHOOK, webhooks.send)

    assert "no such host" in browser.get(PAGE).content.decode()


def test_one_person_never_sees_or_changes_anothers(browser, member):
    other, _ = a_member_with_webhook("https://hook.test/theirs", "email:opened")

    page = browser.get(PAGE).content.decode()
    saved(browser, email=["locked"])

    assert "theirs" not in page
    assert choice_of(other).notices == ["email:opened"]
    assert choice_of(member).notices == ["email:locked"]


def test_a_form_without_its_token_changes_nothing(member):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)

    assert strict.post(PAGE, {"action": "save", "email": ["opened"]}).status_code == 403
    assert choice_of(member) is None


def test_without_mail_the_page_says_so(browser, settings):
    settings.HAS_MAIL = False

    assert "This server sends no mail." in browser.get(PAGE).content.decode()

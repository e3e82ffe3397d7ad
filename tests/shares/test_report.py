"""A report: from whoever proves the link, and it holds nothing that opens anything."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from sealing.encoding import b64, encode
from sealing.keys import link_token
from shares import countdown
from shares.models import Report, Share
from shares.services.burn import burn
from shares.services.sweep import sweep
from shares.values import Case, State
from tests.builders import a_sealed_text, a_waiting_share, nothing_changes, race
from tests.shares.doors import HTML
from tests.shares.names_corpus import NAMES

pytestmark = pytest.mark.django_db
REPORTED = "Reported. It is looked at by a person."


def report(sent, address="203.0.113.7", headers=HTML, **fields):
    said = {"token": b64(sent.link_token), "reason": "malware", **fields}
    said = {name: value for name, value in said.items() if value is not None}
    return Client(REMOTE_ADDR=address).post(f"/report/{sent.id}", said, headers=headers)


def pasted(link, **fields):
    path = f"/report/{encode(link.share_id)}"
    return Client().post(path, {"link": link.url, "reason": "malware", **fields}, headers=HTML)


def test_who_proves_the_link_by_its_token_reports_and_the_share_stays_as_it_was():
    sent = a_waiting_share()

    with nothing_changes(sent):
        answer = report(sent, text="It is a virus.\r\nReally.", contact="ann@example.org")

    assert REPORTED in answer.content.decode()
    made = Report.objects.get()
    assert (made.share_id, made.reason, made.case) == (sent.id, "malware", Case.NEW)
    assert (made.text, made.contact) == ("It is a virus.\nReally.", "ann@example.org")
    assert made.network == countdown.network_digest("203.0.113.0/24")
    assert "Set-Cookie" not in answer.headers


def test_who_pastes_the_whole_link_reports_and_the_link_is_not_kept():
    link = a_sealed_text().link

    assert REPORTED in pasted(link).content.decode()

    assert link.url.partition("#1")[2] not in str(Report.objects.values().get())


def test_a_terminal_is_told_in_one_line():
    assert report(a_waiting_share(), headers={}).content.decode() == REPORTED + "\n"


@pytest.mark.parametrize("proof", ["another", "none", "unknown"])
def test_without_the_link_nothing_can_be_said_of_a_share(proof):
    sent, other = a_waiting_share(), a_waiting_share()
    path = f"/report/{sent.id if proof != 'unknown' else 'a' * 16}"
    token = {} if proof == "none" else {"token": b64(other.link_token)}

    answer = Client().post(path, {"reason": "other", **token})

    assert answer.status_code == (422 if proof == "none" else 404)
    assert not Report.objects.exists()


def test_a_wrong_and_an_unknown_link_get_the_same_answer():
    token = {"reason": "other", "token": b64(bytes(32))}
    answers = [Client().post(f"/report/{n}", token) for n in (a_waiting_share().id, "a" * 16)]

    assert answers[0].status_code == answers[1].status_code == 404
    assert answers[0].content == answers[1].content


def test_a_share_that_has_ended_is_reported_as_long_as_its_tombstone_stands():
    sent = a_waiting_share()
    burn(sent.id, sent.manage_token)
    assert report(sent).status_code == 200

    sent.move(ended_at=-timedelta(days=31))
    sweep()

    assert not Report.objects.exists()
    assert report(sent).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"reason": None}, {"reason": "anger"}, {"text": "x" * 2001}, {"contact": "x" * 255}],
)
def test_what_is_missing_or_too_long_is_said_and_what_was_typed_stays(fields):
    sent = a_waiting_share()

    answer = report(sent, **{"text": "<b>seen</b>", **fields})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert f'name="token" value="{b64(sent.link_token)}"' in page
    assert "<b>seen" not in page
    assert not Report.objects.exists()


def test_one_network_has_one_open_report_of_a_share():
    sent = a_waiting_share()

    for _ in range(3):
        assert REPORTED in report(sent, text="again").content.decode()
    report(sent, "198.51.100.1")

    assert Report.objects.count() == 2
    Report.objects.close(Case.DISMISSED, User.objects.create_superuser("r@example.org").pk)
    report(sent)
    assert Report.objects.open().count() == 1


@pytest.mark.django_db(transaction=True)
def test_reports_at_once_from_one_network_are_one():
    sent = a_waiting_share()

    outcomes = race(lambda: report(sent).status_code, times=4)

    assert outcomes == [200] * 4
    assert Report.objects.count() == 1


def test_another_sites_page_reports_nothing():
    sent = a_waiting_share()

    answer = report(sent, headers={**HTML, "Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not Report.objects.exists()


def test_reports_are_limited_and_the_limit_is_told(settings):
    settings.RATE_REPORT = "2/h"
    sent = a_waiting_share()

    answers = [report(sent) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "report" in answers[0]["RateLimit-Policy"]


def test_the_page_is_the_same_for_every_share_and_sets_no_cookie(django_assert_num_queries):
    with django_assert_num_queries(0):
        pages = [Client().get(f"/report/{n * 16}", headers=HTML) for n in "ab"]

    bodies = [page.content.decode().replace(n * 16, "") for n, page in zip("ab", pages, strict=True)]
    assert bodies[0] == bodies[1]
    assert not pages[0].cookies


def spellings(link):
    """A link as people and programs write it into a text."""
    url, secret = link.url, link.url.partition("#1")[2]
    return {
        "whole": f"see {url} please",
        "upper": url.upper(),
        "secret": f"key: 1{secret}",
        "bare": secret,
        "encoded": url.replace("#", "%23"),
        "wrapped": f"{url[:-9]}\n{url[-9:]}",
        "wrapped early": f"{url[:-25]}\r\n{url[-25:]} end",
        "soft hyphens": "\u00ad".join(url),
        "zero width": "\u200b".join(secret),
        "angle": f"<{url}>",
        "bidi": f"\u202a{url}\u202c",
        "path": f"/s/{url.rpartition('/')[2]}",
    }


@pytest.mark.parametrize("field", ["text", "contact"])
def test_no_report_holds_a_link_or_its_secret(field):
    link = a_sealed_text().link
    secret = link.url.partition("#1")[2]
    for name, text in spellings(link).items():
        Report.objects.all().delete()

        assert pasted(link, **{field: text}).status_code == 200, name

        kept = getattr(Report.objects.get(), field)
        letters = "".join(character for character in kept.lower() if character.isalnum())
        assert "link removed" in kept, name
        assert not any(secret[n : n + 8] in letters for n in range(len(secret) - 8)), (name, kept)


def test_a_stubs_link_is_removed_as_well():
    left = a_sealed_text()

    pasted(left.link, text=f"stub {left.manage.url}")

    assert Report.objects.get().text == "stub [link removed]"


def test_every_text_of_a_stranger_is_kept_or_refused_and_never_a_fault():
    for name in NAMES:
        answer = report(a_waiting_share(), text=name, contact=name[:200])
        assert answer.status_code in (200, 422), name


def test_the_token_of_the_link_is_what_proves_it():
    link = a_sealed_text().link
    token = b64(link_token(link.secret, link.share_id))

    answer = Client().post(f"/report/{encode(link.share_id)}", {"token": token, "reason": "phishing"})

    assert answer.status_code == 200


def test_the_database_refuses_a_closed_report_without_its_time():
    report(a_waiting_share())

    with pytest.raises(IntegrityError, match="report_closed_has_time"), transaction.atomic():
        Report.objects.update(case="dismissed")
    with pytest.raises(IntegrityError, match="report_case_known"), transaction.atomic():
        Report.objects.update(case="lost")


def test_where_a_share_is_opened_or_gone_the_plain_pages_lead_to_the_report():
    link = a_sealed_text().link
    share_id = encode(link.share_id)
    facts = Client().post(f"/s/{share_id}", {"link": link.url}, headers=HTML).content.decode()
    Share.objects.filter(pk=share_id).end(State.REMOVED)
    gone = Client().post(f"/s/{share_id}", {"link": link.url}, headers=HTML).content.decode()

    for page in (facts, gone):
        assert f'href="/report/{share_id}"' in page

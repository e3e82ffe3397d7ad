"""The worker and its mail: every notice once where all goes well, again and again where it does not."""

import io
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.models import F
from django.db.models.functions import Now
from django.utils import translation

from shares import letters
from shares.models import Notice, NoticeTurn
from shares.services import notices
from shares.services.claim import claim
from shares.services.notices import NotTold, WayClosed, tell
from shares.services.sweep import sweep
from shares.values import Way
from tests.builders import a_claim_of
from tests.shares.people import BY_MAIL, a_member, a_share_of, guess_wrong
from tests.shares.sinks import MailSink, a_worker, kill_once, serving


def fails(error=NotTold):
    """A way in which nothing arrives; `tried` says whom it was to reach."""

    def send(notice):
        send.tried.append(notice.account_id)
        raise error("test")

    send.tried = []
    return send


def by_mail():
    return tell(Way.EMAIL, letters.send)


def to(sink, settings):
    """Mail of this process goes there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = sink.server_address


def told(counts):
    return {name: count for name, count in counts.items() if count}


def an_opened_share_of(owner):
    sent = a_share_of(owner)
    claim(a_claim_of(sent))
    return sent


def let_pass(**time):
    """The pauses; when a notice happened is part of its name."""
    Notice.objects.update(due_at=F("due_at") - timedelta(**time))
    NoticeTurn.objects.update(at=F("at") - timedelta(**time))


def grow_old(**time):
    let_pass(**time)
    Notice.objects.update(at=F("at") - timedelta(**time))


# --- mail -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_three_mails_say_what_happened_and_where_to_look(settings):
    settings.PUBLIC_URL = "https://share.test"
    owner = a_member(*BY_MAIL)
    opened = an_opened_share_of(owner)
    locked = a_share_of(owner, guarded=True)
    guess_wrong(locked)
    expired = a_share_of(owner)
    expired.move(expires_at=timedelta(seconds=-1))
    sweep()

    counts = by_mail()

    assert told(counts) == {"told": 3}
    assert Notice.objects.count() == 0
    mails = {each.subject: each for each in mail.outbox}
    for subject, sent in {
        "Your share was opened": opened,
        "Your share is locked": locked,
        "Your share expired unopened": expired,
    }.items():
        assert mails[subject].to == [owner.email]
        assert mails[subject].body.rstrip().endswith(f"\nhttps://share.test/m/{sent.id}")
        assert "#" not in mails[subject].body
        assert mails[subject].message().get_content_type() == "text/plain"


@pytest.mark.django_db
def test_mail_speaks_the_language_in_which_it_was_chosen(monkeypatch):
    spoken = []
    say = letters.letter
    monkeypatch.setattr(letters, "letter", lambda n: (spoken.append(translation.get_language()), say(n))[1])

    for language in ("de", ""):
        an_opened_share_of(a_member(*BY_MAIL, language=language))
    by_mail()

    assert sorted(spoken) == ["de", "en"]


@pytest.mark.django_db
def test_a_repeated_mail_has_the_same_message_id():
    an_opened_share_of(a_member(*BY_MAIL))
    NoticeTurn.objects.line_up(Way.EMAIL)
    notice = Notice.objects.take(Way.EMAIL)

    letters.send(notice)
    letters.send(Notice.objects.get())

    assert len({each.extra_headers["Message-ID"] for each in mail.outbox}) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"is_active": False}, {"sends": False}])
def test_what_nobody_can_be_told_is_dropped(settings, change):
    owner = a_member(*BY_MAIL)
    an_opened_share_of(owner)
    settings.HAS_MAIL = change.get("sends", True)
    type(owner).objects.filter(pk=owner.pk).update(is_active=change.get("is_active", True))

    assert told(by_mail()) == {"dropped": 1}
    assert (mail.outbox, Notice.objects.count()) == ([], 0)


# --- again, and no longer than a day ------------------------------------------------------------------


@pytest.mark.django_db
def test_pauses_grow_from_a_minute_to_an_hour():
    an_opened_share_of(a_member(*BY_MAIL))
    pauses = []

    for _ in range(9):
        tell(Way.EMAIL, fails())
        pause = Notice.objects.annotate(pause=F("due_at") - Now()).get().pause
        pauses.append(round(pause.total_seconds() / 60))
        Notice.objects.update(due_at=Now())
        NoticeTurn.objects.update(at=Now())

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@pytest.mark.django_db
def test_it_is_tried_until_a_day_has_passed_and_then_erased():
    an_opened_share_of(a_member(*BY_MAIL))

    grow_old(hours=23, minutes=59)
    last = fails()
    tell(Way.EMAIL, last)
    grow_old(hours=1)
    after = fails()
    counts = tell(Way.EMAIL, after)

    assert (len(last.tried), len(after.tried)) == (1, 0)
    assert told(counts) == {"given_up": 1}
    assert Notice.objects.count() == 0


@pytest.mark.django_db
def test_who_cannot_be_reached_rests_and_others_are_told_meanwhile():
    silent, other = a_member(*BY_MAIL), a_member(*BY_MAIL)
    for owner in (silent, silent, other, silent):
        an_opened_share_of(owner)
    send = fails()

    tell(Way.EMAIL, send)

    assert Counter(send.tried) == {silent.pk: 1, other.pk: 1}


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_asked_once_in_a_pass():
    for _ in range(3):
        an_opened_share_of(a_member(*BY_MAIL))
    send = fails(WayClosed)

    assert told(tell(Way.EMAIL, send)) == {"put_off": 1}
    assert len(send.tried) == 1


@pytest.mark.django_db
def test_one_notice_that_cannot_be_sent_does_not_stop_the_others(caplog):
    for _ in range(2):
        an_opened_share_of(a_member(*BY_MAIL))
    caplog.set_level("WARNING", "shares")
    notices.log.addHandler(caplog.handler)

    counts = tell(Way.EMAIL, fails(ZeroDivisionError))
    notices.log.removeHandler(caplog.handler)

    assert told(counts) == {"put_off": 2}
    assert set(caplog.messages) == {"a notice was not sent: ZeroDivisionError"}


# --- as processes --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_of_two_hundred_notices_once():
    owners = [a_member() for _ in range(20)]
    Notice.objects.bulk_create(
        Notice(account=owners[n % 20], share_id="aaaaaaaaaaaaaaaa", what="opened", way="email")
        for n in range(200)
    )

    with serving(MailSink()) as sink:
        workers = [a_worker("--once", EMAIL_URL=sink.url) for _ in range(2)]
        said = [worker.communicate(timeout=120)[0] for worker in workers]

    names = [each["Message-ID"] for each in sink.mails]
    assert (len(names), len(set(names))) == (200, 200), said
    assert Notice.objects.count() == 0
    counts = [int(found) for each in said for found in re.findall(r"told (\d+)", each)]
    assert (len(counts), sum(counts)) == (2, 200), said


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_sends_loses_nothing(settings):
    an_opened_share_of(a_member(*BY_MAIL))

    with serving(MailSink()) as sink:
        sink.stalls = True
        assert kill_once(sink.arrived.is_set, a_worker(EMAIL_URL=sink.url))
        sink.stalls = False
        to(sink, settings)
        by_mail()
        before_the_pause_is_over = len(sink.mails)
        let_pass(minutes=1)
        by_mail()

    assert before_the_pause_is_over == 0
    assert [each["Subject"] for each in sink.mails] == ["Your share was opened"]
    assert Notice.objects.count() == 0


@pytest.mark.django_db
def test_a_refused_address_is_tried_again_and_holds_nobody_else_up(settings):
    refused, other = a_member(*BY_MAIL), a_member(*BY_MAIL)
    for owner in (refused, other):
        an_opened_share_of(owner)

    with serving(MailSink()) as sink:
        sink.refuses = refused.email.encode()
        to(sink, settings)
        counts = by_mail()

    assert told(counts) == {"put_off": 1, "told": 1}
    assert [each["To"] for each in sink.mails] == [other.email]
    assert Notice.objects.get().account_id == refused.pk


@pytest.mark.django_db(transaction=True)
def test_a_worker_without_postgres_says_so_in_one_line_and_without_values():
    worker = a_worker("--once", DATABASE_URL="postgres://secret@127.0.0.1:1/nothing")

    said = worker.communicate(timeout=60)[0]

    assert worker.returncode == 1
    assert "Postgres failed: OperationalError" in said
    assert "secret" not in said


# --- trying it ------------------------------------------------------------------------------------------


def test_a_test_mail_goes_to_whom_it_is_told():
    call_command("send_test_email", "someone@example.org", stdout=io.StringIO())

    assert [each.to for each in mail.outbox] == [["someone@example.org"]]


def test_a_test_mail_that_cannot_go_says_why(settings):
    settings.HAS_MAIL = False
    with pytest.raises(CommandError, match="EMAIL_URL is not set"):
        call_command("send_test_email", "someone@example.org")


def test_a_test_mail_that_the_server_refuses_says_so(settings):
    with serving(MailSink()) as sink:
        sink.refuses = b"someone@example.org"
        to(sink, settings)

        with pytest.raises(CommandError, match="SMTPRecipientsRefused"):
            call_command("send_test_email", "someone@example.org")

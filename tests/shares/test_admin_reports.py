"""The queue of reports: what moderators see of them, and what they may do from one."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit import Audit
from accounts.models import User
from shares import sealkeys
from shares.models import Ban, Report, Share
from shares.services.burn import burn
from shares.services.deposit import deposit
from shares.services.report import report
from shares.values import Case, Reason, Sender, State
from tests.builders import a_waiting_share, an_envelope
from tests.shares.staff import a_moderator, an_administrator, with_permissions

pytestmark = pytest.mark.django_db
LIST, SHARES, BANS = (f"/admin/shares/{name}/" for name in ("report", "share", "ban"))
HERE = "198.51.100.0/24"


def reported(sent=None, network="203.0.113.0/24", **said):
    sent = sent or a_waiting_share()
    report(sent.id, sent.link_token, Reason.PHISHING, network=network, **said)
    return Report.objects.latest("id")


def left_from(network, owner=None):
    sent = an_envelope()
    deposit(sent.deposit, Sender(network, owner and owner.pk))
    return sent


def decide(browser, action, *reports, **more):
    chosen = {"action": action, "_selected_action": [each.pk for each in reports], **more}
    return browser.post(LIST, chosen, follow=True)


def case(made):
    return Report.objects.values_list("case", "closed_by__email").get(pk=made.pk)


def test_new_reports_come_first_and_can_be_filtered():
    old, new = reported(), reported()
    Report.objects.filter(pk=old.pk).close(Case.DISMISSED, None)
    newest = reported()
    browser = a_moderator()

    page = browser.get(LIST).content.decode()

    assert re.findall(rf'href="{LIST}(\d+)/', page) == [str(each.pk) for each in (newest, new, old)]
    filtered = browser.get(LIST, {"case__exact": "dismissed"}).content.decode()
    assert re.findall(rf'href="{LIST}(\d+)/', filtered) == [str(old.pk)]


def test_a_report_is_looked_at_and_dismissed_by_somebody_at_some_time():
    made, browser = reported(), a_moderator()

    decide(browser, "look_at", made)
    assert case(made) == (Case.SEEN, None)
    decide(browser, "dismiss", made)

    assert case(made) == (Case.DISMISSED, "moderator@example.org")
    assert Report.objects.get(pk=made.pk).closed_at is not None
    decide(browser, "look_at", made)
    decide(browser, "dismiss", made)
    assert list(Audit.objects.values_list("said", flat=True)[:2]) == ["dismissed", "looked at"]


def test_taking_down_from_a_report_ends_the_share_and_closes_all_said_of_it():
    sent, other = a_waiting_share(), reported()
    made, second = reported(sent), reported(sent, "192.0.2.0/24")

    decide(a_moderator(), "take_down", made)

    assert sent.row.state == State.REMOVED
    assert case(made) == case(second) == (Case.TAKEN_DOWN, "moderator@example.org")
    assert case(other)[0] == Case.NEW
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.change_message) == (str(made), "taken down")


def test_a_share_taken_down_on_its_own_page_closes_its_reports_too():
    sent = a_waiting_share()
    made = reported(sent)

    a_moderator().post(SHARES, {"action": "take_down", "_selected_action": sent.id})

    assert case(made)[0] == Case.TAKEN_DOWN


def test_closing_what_was_reported_of_a_share_that_is_gone_already_is_logged_too():
    made = reported()
    Share.objects.filter(pk=made.share_id).end(State.REMOVED)
    browser = a_moderator()

    for _ in range(2):
        decide(browser, "take_down", made)

    assert case(made)[0] == Case.TAKEN_DOWN
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["reports closed: 1"]


def test_a_report_of_a_share_that_has_ended_stays_open_until_it_is_dismissed():
    sent = a_waiting_share()
    made = reported(sent)
    burn(sent.id, sent.manage_token)

    decide(a_moderator(), "take_down", made)

    assert (sent.row.state, case(made)[0]) == (State.REVOKED, Case.NEW)
    assert not LogEntry.objects.exists()


def test_the_network_that_left_a_share_is_banned_from_its_report_and_stands_nowhere_beside_it():
    sent = left_from(HERE)
    made, browser = reported(sent), a_moderator()

    page = decide(browser, "ban_network", made, days="30")

    assert "1 banned for 30 days" in page.content.decode()
    ban = Ban.objects.get()
    assert (ban.network, ban.made_by.email) == (HERE, "moderator@example.org")
    assert 29 <= (ban.until - ban.made_at).days <= 30
    for path in (LIST, f"{LIST}{made.pk}/change/", f"{SHARES}{sent.id}/change/", SHARES):
        assert "198.51.100" not in browser.get(path).content.decode()
    assert "198.51.100" not in str(list(Audit.objects.values())) + str(list(LogEntry.objects.values()))
    assert sent.id not in browser.get(BANS).content.decode()
    assert HERE in browser.get(BANS).content.decode()


@pytest.mark.parametrize("network", ["0.0.0.0/24", "127.0.0.0/24", "::/64"])
def test_a_network_that_is_the_servers_own_is_not_banned_and_the_moderator_reads_why(network):
    made = reported(left_from(network))

    page = decide(a_moderator(), "ban_network", made)

    assert "TRUSTED_PROXY_COUNT" in page.content.decode()
    assert not Ban.objects.exists()
    assert not LogEntry.objects.exists()


def test_where_the_network_is_not_known_any_more_nobody_is_banned():
    made = reported()

    page = decide(a_moderator(), "ban_network", made)

    assert "0 banned" in page.content.decode()
    assert not Ban.objects.exists()
    assert not LogEntry.objects.exists()


def test_a_key_file_that_is_gone_is_said_and_bans_nobody():
    sent = left_from(HERE)
    made = reported(sent)
    sealkeys.erase(sent.row.half.key_no)

    answer = decide(a_moderator(), "ban_network", made)

    assert answer.status_code == 503
    assert not Ban.objects.exists()


def test_the_account_that_left_a_share_is_suspended_from_its_report():
    ann = User.objects.create_user("ann@example.org")
    made = reported(left_from("", ann))

    decide(a_moderator(), "ban_account", made, days="1")

    assert Ban.objects.get().account == ann
    assert Ban.objects.against(Sender(HERE, ann.pk))


def test_a_ban_without_a_length_lasts_a_week():
    decide(a_moderator(), "ban_network", reported(left_from(HERE)))

    ban = Ban.objects.get()
    assert round((ban.until - ban.made_at).total_seconds() / 86400) == 7


@pytest.mark.parametrize("days", ["0", "-1", "99999999", "a", "7'"])
def test_a_length_that_is_not_offered_bans_nobody(days):
    decide(a_moderator(), "ban_network", reported(left_from(HERE)), days=days)

    assert not Ban.objects.exists()


def test_the_page_of_a_report_offers_what_may_be_done_and_nothing_to_fill_in():
    made = reported(text="It asks for my PIN.", contact="ann@example.org")

    page = a_moderator().get(f"{LIST}{made.pk}/change/").content.decode()

    for shown in ("It asks for my PIN.", "ann@example.org", made.share_id, "phishing"):
        assert shown in page
    for action in ("take_down", "ban_network", "ban_account", "look_at", "dismiss"):
        assert f'value="{action}"' in page
    assert not re.search(r'<(input|textarea|select)[^>]*name="(case|text|contact|closed_by)"', page)
    assert made.network not in page


def test_reports_are_exported_as_texts_by_administrators_only():
    made = reported(text='=cmd|"/C calc"!A0', contact="@SUM(1)")

    refused = decide(a_moderator(), "export", made)
    answer = an_administrator().post(LIST, {"action": "export", "_selected_action": made.pk})
    table = b"".join(answer.streaming_content).decode()

    assert "text/csv" not in refused["Content-Type"]
    assert answer["Content-Disposition"] == 'attachment; filename="reports.csv"'
    assert '"\'=cmd|""/C calc""!A0","\'@SUM(1)"' in table
    assert Audit.objects.first().said == "exported"
    assert made.network not in table


def test_staff_who_may_only_look_decide_nothing():
    made = reported()
    browser = with_permissions("view_report")

    assert f"{LIST}{made.pk}/change/" in browser.get(LIST).content.decode()
    for action in ("look_at", "dismiss", "take_down", "ban_network", "ban_account", "export"):
        decide(browser, action, made)

    assert case(made) == (Case.NEW, None)
    assert Share.objects.get(pk=made.share_id).state == State.READY
    assert not LogEntry.objects.exists()


def test_who_may_decide_of_reports_but_not_of_shares_takes_none_down():
    made = reported(left_from(HERE))
    browser = with_permissions("change_report")

    decide(browser, "take_down", made)
    decide(browser, "ban_network", made)

    assert Share.objects.get(pk=made.share_id).state == State.READY
    assert not Ban.objects.exists()


def test_an_export_is_read_by_pages_as_it_flows(monkeypatch):
    monkeypatch.setattr("onetimeshare.exports.PAGE_ROWS", 2)
    made = [reported() for _ in range(5)]
    chosen = {"action": "export", "_selected_action": [each.pk for each in made]}
    answer = an_administrator().post(LIST, chosen)
    lines = iter(answer.streaming_content)

    with CaptureQueriesContext(connection) as asked:
        first = [next(lines), next(lines), next(lines)]
        at_first = len(asked)
        rest = list(lines)

    assert (at_first, len(asked)) == (1, 4)
    ids = [line.split(b",")[0] for line in (*first, *rest)]
    assert ids == [b'"id"', *(f'"{each.pk}"'.encode() for each in made)]

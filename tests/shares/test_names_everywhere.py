"""Two hundred names from strangers, wherever one is written: pages, admin, tables, exports, the client."""

import csv
import io
import json
import re

import pytest
from django.contrib.admin import helpers
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.template import base
from django.utils.safestring import mark_safe

from accounts.audit import Audit
from accounts.models import ApiToken, User
from onetimeshare import exports
from ots.cli import talk
from sealing.names import safe_name
from shares.models import Report
from shares.services.report import report
from shares.values import Reason
from tests.builders import a_waiting_share
from tests.faults.counts import count
from tests.pages.page import Page
from tests.shares.names_corpus import NAMES
from tests.shares.staff import an_administrator, signed_in
from tests.shares.test_names import HOSTILE, put

pytestmark = pytest.mark.django_db
FORMULA = re.compile(r"[ \ufeff\u200b]*[=+\-@\t\r\n＝＋－＠]")
# What Postgres takes into a text, and as long as the name of a token may be.
KEPT = [name.replace("\0", "") for name in NAMES]
SHORT = [f"{name[:70]}{n}" for n, name in enumerate(KEPT)]


def tags(page):
    return [(tag.name, sorted(tag.attrs)) for tag in page.tags if tag.name != "br"]


def chosen(every):
    """All, or for every day some; markup is always among them."""
    return [one for n, one in enumerate(every) if n % count(9, 1) == 0 or "<" in NAMES[n]]


def joined(text):
    return "".join(text.split())


def what_is_left_shows_text():
    """The page with the links, and the command to paste."""
    built = tags(Page(put("notes.pdf", Accept="text/html")))
    for name in chosen(NAMES):
        page = Page(put(name, Accept="text/html"))
        assert tags(page) == built, name
        assert not HOSTILE.search(page.html.replace("\n", "").replace("\t", "")), name
        # The name stands in the command, quoted for a shell; the words around it are ours.
        shown = safe_name(name.rsplit("/", 1)[-1] or "file")
        assert joined(shown.replace("'", "'\"'\"'")) in joined(page.words), name


def an_administrator_with_names():
    """Their browser; names were reported, and stand in the log of what staff did."""
    browser, sent = an_administrator(), a_waiting_share()
    user = User.objects.get(email="administrator@example.org")
    for n, name in enumerate(NAMES):
        said = {"text": name, "contact": name[:200], "network": f"10.0.{n}.0/24"}
        report(sent.id, sent.link_token, Reason.OTHER, **said)
    LogEntry.objects.bulk_create(
        LogEntry(user=user, object_repr=name[:200], action_flag=2, change_message=name) for name in KEPT
    )
    return browser


def staff_see_text(browser):
    built = set()
    for one in chosen(Report.objects.order_by("pk")):
        page = Page(browser.get(f"/admin/shares/report/{one.pk}/change/"))
        built.add(str(tags(page)))
        assert joined(one.text) in joined(page.words), one.text
        assert "49.txt" not in page.html.replace("{{7*7}}.txt", "")
    assert len(built) == 1
    for page_no in (1, 2):
        page = Page(browser.get("/admin/accounts/audit/", {"p": page_no}))
        assert sum("action-select" in tag.classes for tag in page.tags) == 100
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html


def tables_hold_text(browser):
    """Of reports, and of the log of what staff did."""
    for model, columns in ((Report, ("text", "contact")), (Audit, ("target", "said"))):
        rows = list(model.objects.order_by("id").values_list("id", *columns))
        path = "/admin/shares/report/" if model is Report else "/admin/accounts/audit/"
        chosen = {"action": "export", "_selected_action": [row[0] for row in rows], "select_across": "1"}
        answer = browser.post(path, chosen)
        assert re.fullmatch(r'attachment; filename="\w+\.csv"', answer["Content-Disposition"])
        table = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))
        told = {int(line["id"]): [line[name] for name in columns] for line in table}
        for row_id, *texts in rows:
            for text, cell in zip(texts, told[row_id], strict=True):
                assert not FORMULA.match(cell), cell
                assert cell.removeprefix("'") == text.removeprefix("'"), text


def with_tokens():
    user = User.objects.create_user("tokens@example.org", "x" * 20)
    ApiToken.objects.bulk_create(
        ApiToken(user=user, name=name, digest=bytes([n]) * 32, scopes=["send"])
        for n, name in enumerate(SHORT)
    )
    return user


def own_tokens_are_text():
    """Named by their owner; read by whoever looks over the shoulder."""
    page = Page(signed_in(with_tokens()).get("/accounts/tokens"))
    names = [tag.text for tag in page.all("bdi") if "li" in tag.inside]

    assert sorted(names) == sorted(SHORT)
    assert {tag.name for tag in page.tags if "bdi" in tag.inside} == set()


def an_export_is_text():
    """Of all that is held about somebody, to a terminal of staff."""
    with_tokens()
    out = io.StringIO()

    call_command("export_account", "tokens@example.org", stdout=out)

    text = out.getvalue()
    assert not talk._ORDERS.search(text)
    assert sorted(token["name"] for token in json.loads(text)["api_tokens"]) == sorted(SHORT)


@pytest.mark.promise("S14")
def test_a_page_shows_a_name_as_text():
    what_is_left_shows_text()


@pytest.mark.promise("S14")
def test_staff_and_their_tables_show_a_name_as_text():
    browser = an_administrator_with_names()

    staff_see_text(browser)
    tables_hold_text(browser)


@pytest.mark.promise("S14")
def test_a_name_of_a_token_is_text_for_its_owner():
    own_tokens_are_text()


@pytest.mark.promise("S14")
def test_an_export_gives_no_orders_to_a_terminal():
    an_export_is_text()


@pytest.mark.promise("S14")
def test_the_client_gives_no_orders_to_a_terminal(capsys, figure):
    for name in NAMES:
        talk.say(f"Saved as {name}")
        lines = capsys.readouterr().err
        assert lines.count("\n") == 1 + name.count("\n"), name
        assert not talk._ORDERS.search(lines), name
    figure(
        "S14", f"{len(NAMES)} of {len(NAMES)} names are text on every page, in every table, header and line"
    )


@pytest.mark.twin("S14")
@pytest.mark.parametrize("check", [what_is_left_shows_text, staff_see_text, own_tokens_are_text])
def test_pages_that_escape_nothing_are_noticed(monkeypatch, red, check):
    given = [an_administrator_with_names()] if check is staff_see_text else []
    monkeypatch.setattr(base, "conditional_escape", str)
    monkeypatch.setattr(helpers, "linebreaksbr", mark_safe)

    with pytest.raises(AssertionError):
        check(*given)
    red("pages that take names for markup")


@pytest.mark.twin("S14")
def test_tables_that_calculate_are_noticed(monkeypatch, red):
    browser = an_administrator_with_names()
    monkeypatch.setattr(exports, "cell", str)

    with pytest.raises(AssertionError):
        tables_hold_text(browser)
    red("tables whose cells calculate")

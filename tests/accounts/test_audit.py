"""The audit log: every action of staff is in it, whoever wrote it, and nothing takes it out again."""

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.audit import Audit
from accounts.models import User
from onetimeshare.exports import cell
from tests.shares.names_corpus import NAMES

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/audit/"


@pytest.fixture
def root():
    return User.objects.create_superuser("root@example.org", "x" * 20)


@pytest.fixture
def browser(root):
    visitor = Client()
    visitor.force_login(root)
    return visitor


def log(user, name="a thing", said="[]"):
    LogEntry.objects.create(
        user_id=user.pk, object_repr=name[:200], action_flag=ADDITION, change_message=said
    )


def newest():
    return Audit.objects.first()


def test_what_is_done_in_the_admin_is_in_the_audit_log(browser):
    browser.post(
        "/admin/accounts/user/add/",
        {"email": "ann@example.org", "usable_password": "false", "_save": "Save"},
    )
    ann = User.objects.get(email="ann@example.org")

    row = newest()

    assert (row.who, row.action, row.target_type) == ("root@example.org", "added", "accounts.user")
    assert (row.target_id, row.target) == (str(ann.pk), "ann@example.org")
    assert row.at == LogEntry.objects.get().action_time


def test_entries_written_many_at_once_or_in_sql_are_in_it_too(root):
    before = Audit.objects.count()
    entries = [LogEntry(user_id=root.pk, object_repr=str(n), action_flag=2, change_message="") for n in "ab"]

    LogEntry.objects.bulk_create(entries)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_admin_log (action_time, object_repr, action_flag, change_message, user_id) "
            "VALUES (now(), 'by hand', 3, '', %s)",
            [root.pk],
        )

    assert Audit.objects.count() == before + 3
    assert (newest().target, newest().action) == ("by hand", "deleted")


def test_it_outlives_the_person_and_the_log_of_the_admin(root):
    log(root)
    count = Audit.objects.count()

    root.delete()

    assert not LogEntry.objects.exists()
    assert (Audit.objects.count(), newest().who) == (count, "root@example.org")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_audit SET who = 'somebody else'",
        "DELETE FROM accounts_audit",
        "TRUNCATE accounts_audit",
        "TRUNCATE accounts_audit RESTART IDENTITY CASCADE",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_row(statement, root):
    log(root)

    with (
        pytest.raises(IntegrityError, match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    for change in (lambda: Audit.objects.update(who=""), lambda: Audit.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert newest().who == "root@example.org"


@pytest.mark.django_db(transaction=True)
def test_emptying_all_tables_leaves_it(root):
    log(root)
    count = Audit.objects.count()

    call_command("flush", interactive=False, verbosity=0)

    assert Audit.objects.count() == count


def test_its_pages_show_it_and_change_nothing(browser, root):
    log(root, "<script>alert(1)</script>", '[{"changed": {"fields": ["Reason"]}}]')

    page = browser.get(LIST).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "Changed Reason." in page
    assert browser.get(LIST, {"action": "added"}).status_code == 200
    detail = f"{LIST}{newest().pk}/change/"
    assert "Save" not in browser.get(detail).content.decode()
    for path in (f"{LIST}add/", detail, f"{LIST}{newest().pk}/delete/"):
        assert browser.post(path, {"post": "yes", "who": "x"}).status_code == 403


def export(browser, *ids):
    answer = browser.post(LIST, {"action": "export", "_selected_action": [str(n) for n in ids]})
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer


def test_an_export_is_a_table_of_texts_and_is_logged_itself(browser, root):
    log(root, "=1+1", "@SUM(A1)")
    row = newest()

    table = export(browser, row.pk)

    assert table.splitlines()[0].startswith('"id","at","who"')
    assert '"root@example.org","added","","","\'=1+1","\'@SUM(A1)"' in table
    assert (newest().target, newest().said) == ("audit", "exported")


@pytest.mark.promise("S14")
@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "\ufeff="])
def test_no_cell_begins_a_formula(begins):
    assert cell(f"{begins}1+1") == f"'{begins}1+1"


def test_every_name_of_a_stranger_is_a_text_in_a_cell():
    for name in NAMES:
        shown = cell(name)
        assert (
            shown.removeprefix("'") == name.removeprefix("'")
            if name[:1] == "'"
            else shown in (name, f"'{name}")
        )
        assert not shown.lstrip(" \ufeff\u200b").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert [cell(None), cell(3)] == ["", "3"]

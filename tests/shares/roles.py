"""What the matrices of routes share: the routes, somebody of each role, and things that are not theirs."""

import re
from contextlib import contextmanager

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import get_resolver

from accounts.audit import Audit
from accounts.models import User
from onetimeshare.roles import ADMINISTRATOR, MODERATOR
from shares.models import Ban, Report, Share
from shares.services.report import report
from shares.values import Reason
from tests.builders import a_waiting_share
from tests.grade import faults_in

AS_GET = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
METHODS = ("GET", "POST", *AS_GET)
ROLES = ("anonymous", "member", "staff", "moderator", "administrator")
TEXT, NETWORK, PERSON, GROUP = "canary-report", "198.51.100.0/24", "canary@example.org", "canary-group"
CANARIES = (TEXT, NETWORK, PERSON, GROUP, "canary-audit", "canary-ban")


def routes(patterns=None, before=""):
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from routes(entry.url_patterns, route)
        else:
            yield route


def make_things():
    """One of each, that none of the roles has made; by the name of its model."""
    sent = a_waiting_share()
    report(sent.id, sent.link_token, Reason.OTHER, text=TEXT, network="203.0.113.0/24")
    owner = User.objects.create_user(PERSON, "x" * 20)
    LogEntry.objects.create(user=owner, object_repr="canary-audit", action_flag=2, change_message="")
    return {
        "share": sent.row,
        "report": Report.objects.get(),
        "ban": Ban.objects.create(network=NETWORK, until=Now(), reason="canary-ban"),
        "user": owner,
        "group": Group.objects.create(name=GROUP),
        "audit": Audit.objects.first(),
    }


def make_browsers():
    made = {"anonymous": Client()}
    for role in ROLES[1:]:
        user = User.objects.create_user(f"{role}@example.org", "x" * 20, is_staff=role != "member")
        if role in ("moderator", "administrator"):
            user.groups.add(Group.objects.get(name={"moderator": MODERATOR}.get(role, ADMINISTRATOR)))
        made[role] = Client()
        made[role].force_login(user)
    return made


def thing(route, things):
    """The one a route of a model is about."""
    model = route.split("/")[2] if route.count("/") > 2 else ""
    return things.get(model, things["share"])


def address(route, things):
    """A path of that route, about one of the things."""
    share, content_type = things["share"], ContentType.objects.get_for_model(Share)
    filled = {"share_id": share.pk, "object_id": thing(route, things).pk, "id": things["user"].pk, "n": 0}
    filled |= {"content_type_id": content_type.pk, "name": "notes.txt", "rest": "x"}
    path = re.sub(r"\^?\(\?P<app_label>[^)]*\)/\$", "shares/", route).replace("(?P<url>.*)$", "nothing")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(filled[found[1]]), path)


def address_of_people(route, things):
    """The same below /accounts/."""
    path = re.sub(r"\^|\(\?P<uidb36>[^)]*\)|\$", "", route).replace("(?P<key>set-password)", "1-set-password")
    path = path.replace("<share_id:share_id>", things["share"].pk).replace("<int:pk>", "1")
    return f"/accounts/{path}"


@contextmanager
def asked(browser, method, path, data):
    """The answer, whose headers are graded, its text, and what asking wrote; all of it is undone."""
    cookies, writes = browser.cookies.copy(), []

    def note(execute, sql, *rest):
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE", "WITH")) and "django_session" not in sql:
            writes.append(sql)
        return execute(sql, *rest)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            answer = browser.generic(method, path) if method != "POST" else browser.post(path, data)
        assert faults_in(path, answer.status_code, answer.headers) == [], (method, path)
        yield answer, "" if answer.streaming else answer.content.decode(), writes
        transaction.set_rollback(True)
    browser.cookies = cookies

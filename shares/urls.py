"""The map of the shares' addresses. No address ever holds a secret."""

from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from shares.api import api
from shares.views import about
from shares.views.manage import manage
from shares.views.mine import me, mine, one_of_mine, send_token
from shares.views.notices import notices
from shares.views.receive import receive
from shares.views.report import report
from shares.views.send import send, send_named


def no_call(request: HttpRequest, rest: str) -> NoReturn:
    raise Http404


class ShareIdConverter(StringConverter):
    """16 characters of base32, either case."""

    regex = "[A-Za-z2-7]{16}"

    def to_python(self, value: str) -> str:
        return value.lower()


class FileNameConverter(StringConverter):
    """Whatever a file may be called: Django's `path` ends at a line break."""

    regex = r"[\s\S]+"


register_converter(ShareIdConverter, "share_id")
register_converter(FileNameConverter, "file_name")

urlpatterns = [
    path("", send, name="send"),
    path("s/<share_id:share_id>", receive, name="receive"),
    path("report/<share_id:share_id>", report, name="report"),
    path("m/<share_id:share_id>", manage, name="manage"),
    path("accounts/shares", mine, name="my-shares"),
    path("accounts/shares/<share_id:share_id>", one_of_mine, name="my-share"),
    path("accounts/me", me, name="me"),
    path("accounts/send-token", send_token, name="send-token"),
    path("accounts/notices", notices, name="notices"),
    # Below a folder, so that no file that `curl -T` leaves has its name.
    path("about/how-it-works", about.how_it_works, name="how-it-works"),
    path("about/privacy", about.privacy, name="privacy"),
    path("about/command-line", about.command_line, name="command-line"),
    path("about/site.css", about.site_style, name="site-style"),
    path("about/site.webmanifest", about.manifest, name="manifest"),
    path("about/logo", about.logo, name="logo"),
    # Programs look for these two here, and for GET only.
    path("robots.txt", about.robots, name="robots"),
    path(".well-known/security.txt", about.security_txt, name="security-txt"),
    path("api/v1/", api.urls),
    # A call's address with a slip in it must not leave its bytes as a file of that name.
    path("api/<file_name:rest>", no_call),
]
# Last of all: `curl -T notes.pdf https://…/` asks for /notes.pdf.
named = [path("<file_name:name>", send_named, name="send-named")]

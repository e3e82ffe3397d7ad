"""The map of the shares' addresses. No address ever holds a secret."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from shares.api import api
from shares.views.about import how_it_works, privacy
from shares.views.manage import manage
from shares.views.receive import receive
from shares.views.send import send, send_named


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
    path("m/<share_id:share_id>", manage, name="manage"),
    # Below a folder, so that no file that `curl -T` leaves has its name.
    path("about/how-it-works", how_it_works, name="how-it-works"),
    path("about/privacy", privacy, name="privacy"),
    path("api/v1/", api.urls),
]
# Last of all: `curl -T notes.pdf https://…/` asks for /notes.pdf.
named = [path("<file_name:name>", send_named, name="send-named")]

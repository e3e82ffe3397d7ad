"""The map of the shares' addresses. No address ever holds a secret."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from shares import views
from shares.api import api


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
    path("", views.send, name="send"),
    path("s/<share_id:share_id>", views.receive, name="receive"),
    path("m/<share_id:share_id>", views.manage, name="manage"),
    path("api/v1/", api.urls),
]
# Last of all: `curl -T notes.pdf https://…/` asks for /notes.pdf.
named = [path("<file_name:name>", views.send_named, name="send-named")]

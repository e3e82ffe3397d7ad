"""Scripts may read every cookie, that of a session too."""

from tests.faults.twins import replaced

NAME = "django.http.response.HttpResponseBase.set_cookie"


def set_cookie(response, *args, **kwargs):
    replaced(NAME)(response, *args, **{**kwargs, "httponly": False})


REPLACES = {NAME: set_cookie}

"""The map of addresses."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from onetimeshare import health
from shares import urls as shares_urls
from shares.errors import Broken, Malformed, NotAllowed, PageUnknown, ShareUnknown
from shares.limits import limited
from shares.responses import API_PATH, refuse, text

# One throttle on the one form that takes a person's password.
admin.site.login = limited("login", "POST")(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/", admin.site.urls),
    path("", include(shares_urls)),
    *shares_urls.named,
]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, Malformed("This request cannot be read."))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A link cut in its path leads here as well; for the API, whatever is not there is unknown."""
    of_a_share = request.path_info.startswith(("/s/", "/m/", API_PATH))
    return refuse(request, ShareUnknown() if of_a_share else PageUnknown())


def broken(request: HttpRequest) -> HttpResponse:
    """Never fails itself: where even its page cannot be made, it is one line of text."""
    error = Broken()
    try:
        return refuse(request, error)
    except Exception:  # whatever broke may break the page too
        return text(str(error), status=500)


handler400 = bad_request
handler403 = not_allowed
handler404 = not_found
handler500 = broken

"""The map of addresses."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.translation import gettext as _

from accounts import urls as people
from onetimeshare import health, scrape
from onetimeshare.doctor import proxy
from shares import urls as shares_urls
from shares.errors import Broken, Malformed, NotAllowed, PageUnknown, ShareUnknown, TooMany
from shares.limits import limited
from shares.responses import API_PATH, refuse, text

# One throttle wherever a password, a code or a link can be guessed; and where looking makes a session.
for door in people.doors:
    door.callback = limited("login", "" if door.name in people.REMEMBERING else "POST")(door.callback)

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path(proxy.PATH, proxy.seen),
    path("metrics", scrape.scrape),
    path("admin/", admin.site.urls),
    path("accounts/", include(people)),
    path("", include(shares_urls)),
    *shares_urls.named,
]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, Malformed(_("This request cannot be read.")))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, NotAllowed())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A link cut in its path leads here as well; for the API, whatever is not there is unknown."""
    of_a_share = request.path_info.startswith(("/s/", "/m/", "/report/", API_PATH))
    return refuse(request, ShareUnknown() if of_a_share else PageUnknown())


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth's own limits end here."""
    return refuse(request, TooMany(seconds=60))


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
handler429 = too_many
handler500 = broken

"""The map of addresses."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from onetimeshare import health
from shares import urls as shares_urls
from shares.errors import Malformed, ShareUnknown
from shares.limits import limited
from shares.responses import refuse

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


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, ShareUnknown())


handler400 = bad_request
handler404 = not_found

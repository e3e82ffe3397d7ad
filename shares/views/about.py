"""Pages that explain, and small files about this site: the same for everybody; nothing is asked on them."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from onetimeshare.addresses import public
from onetimeshare.site import accent_version
from shares.storage.origins import store_origin
from shares.views.send import send_named

View = Callable[[HttpRequest], HttpResponse]
FOR_EVER = 365 * 86400
AN_HOUR = 3600
SECURITY_TXT_DAYS = 180
# The grounds of the light and the dark page; a browser draws its own frame in them.
GROUND = "#f0f4f8"
# Its own colours are the one thing inline that we let through.
DRAWING_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "about/how_it_works.html", {"tombstone_days": settings.TOMBSTONE_DAYS})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    told = {"tombstone_days": settings.TOMBSTONE_DAYS, "store": urlsplit(store_origin()).netloc}
    return render(request, "about/privacy.html", told)


@require_safe
def command_line(request: HttpRequest) -> HttpResponse:
    return render(request, "about/command_line.html")


@require_safe
def site_style(request: HttpRequest) -> HttpResponse:
    """The site's own colour; its address changes with it."""
    if not settings.ACCENT_STYLE:
        raise Http404
    current = request.GET.get("v") == accent_version()
    return _kept(HttpResponse(settings.ACCENT_STYLE, content_type="text/css"), FOR_EVER if current else 0)


@require_safe
def logo(request: HttpRequest) -> HttpResponse:
    if settings.LOGO is None:
        raise Http404
    answer = HttpResponse(settings.LOGO.content, content_type=settings.LOGO.content_type)
    # Opened by itself, a drawing is a document; this one runs nothing and loads nothing.
    answer["Content-Security-Policy"] = DRAWING_CSP
    return _kept(answer, FOR_EVER if request.GET.get("v") == settings.LOGO.version else 0)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How a phone keeps the site among its programs."""
    says = {
        "id": reverse("send"),
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "start_url": reverse("send"),
        "scope": reverse("send"),
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": GROUND,
        "icons": list(_icons()),
    }
    return _kept(JsonResponse(says, content_type="application/manifest+json"), AN_HOUR)


def _icons() -> list[dict[str, str]]:
    if settings.LOGO:
        address = f"{reverse('logo')}?v={settings.LOGO.version}"
        return [{"src": address, "type": settings.LOGO.content_type, "sizes": "any"}]
    icons = [("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any")]
    icons.append(("icon-maskable-512.png", "512x512", "maskable"))
    return [
        {"src": static(f"shares/{name}"), "type": "image/png", "sizes": sizes, "purpose": purpose}
        for name, sizes, purpose in icons
    ]


def only_to_read(name: str) -> Callable[[View], Callable[[HttpRequest], HttpResponseBase]]:
    """For a file at a well-known place: `curl -T robots.txt` leaves a share there, as any other name does."""

    def decorate(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
        @wraps(view)
        def door(request: HttpRequest) -> HttpResponseBase:
            return view(request) if request.method in ("GET", "HEAD") else send_named(request, name)

        return door

    return decorate


@only_to_read("robots.txt")
def robots(request: HttpRequest) -> HttpResponse:
    """The pages that explain may be found; nothing that has to do with one share."""
    rooms = ("s", "m", "report", "api", "admin")
    lines = ["User-agent: *", *(f"Disallow: {settings.PUBLIC_PATH}/{room}/" for room in rooms)]
    return _kept(_lines(lines), AN_HOUR)


@only_to_read("security.txt")
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell of a hole."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = timezone.now() + timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en",
        f"Canonical: {public('security-txt')}",
    ]
    return _kept(_lines(lines), AN_HOUR)


def _lines(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _kept(answer: HttpResponse, seconds: int) -> HttpResponse:
    """What is the same for everybody may be kept, for ever where its address changes with it."""
    patch_cache_control(
        answer, public=True, max_age=seconds, **({"immutable": True} if seconds == FOR_EVER else {})
    )
    return answer

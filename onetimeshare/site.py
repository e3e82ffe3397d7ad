"""What every page's head and foot are made of."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from onetimeshare import language


def site(request: HttpRequest) -> dict[str, Any]:
    """`keep` goes behind the addresses of our own pages, so that a chosen language stays chosen."""
    chosen = language.chosen(request)
    return {
        "site_name": settings.SITE_NAME,
        "site_notice": settings.NOTICE,
        "site_links": settings.FOOTER_LINKS,
        "site_logo": settings.LOGO,
        "source_url": settings.SOURCE_URL,
        "public_url": settings.PUBLIC_URL,
        "accent_version": accent_version(),
        "spoken": translation.get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "languages": settings.LANGUAGES if language.is_spoken(request) else [],
        "keep": "?" + urlencode({"lang": chosen}) if chosen else "",
    }


_pages: dict[tuple[str, str | None, str, bool], str] = {}
setting_changed.connect(lambda **_: _pages.clear(), weak=False)


def same_for_all(request: HttpRequest, template: str) -> HttpResponse:
    """A page that says the same to everybody who reads its language: rendered once by each process."""
    key = (template, translation.get_language(), language.chosen(request), language.is_spoken(request))
    if key not in _pages:
        _pages[key] = render_to_string(template, request=request)
    return HttpResponse(_pages[key])


def accent_version() -> str:
    """Changes with the colour, so that its stylesheet may be kept for ever; empty without one."""
    return settings.ACCENT_STYLE.partition("#")[2][:6]

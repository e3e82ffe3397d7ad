"""What every page's head and foot are made of."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
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


def accent_version() -> str:
    """Changes with the colour, so that its stylesheet may be kept for ever; empty without one."""
    return settings.ACCENT_STYLE.partition("#")[2][:6]

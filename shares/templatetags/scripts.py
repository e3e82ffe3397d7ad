"""What a page tells its script, and the script itself. No script is ever inline."""

from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sealing.envelope import MAX_FILES
from shares.storage.origins import store_origin

register = template.Library()


def _worker() -> str:
    """Browsers keep it for a year, with its policy: what that names besides us, the address names too."""
    origin = store_origin()
    return static("app/worker.js") + (f"?{urlencode({'store': origin})}" if origin else "")


@register.simple_tag
def page_script(name: str) -> SafeString:
    """The module script of one page, and the facts it starts from (`PageFacts` in frontend/page/page.ts)."""
    language = get_language() or settings.LANGUAGE_CODE
    words = None if language == settings.LANGUAGE_CODE else static(f"words/{language}.json")
    facts = {
        "lang": language,
        "words": words,
        "siteName": settings.SITE_NAME,
        "publicUrl": settings.PUBLIC_URL,
        "assets": {
            "worker": _worker(),
            "sprite": static("app/sprite.svg"),
            "qr": static("app/qr.js"),
            "fourWords": static("app/four-words.js"),
            "modules": {
                "aead": static("app/noble-ciphers.js"),
                "argon2": static("app/argon2.js"),
                "argon2Fallback": static("app/noble-hashes.js"),
            },
        },
        "leaseSeconds": settings.LEASE_SECONDS,
        "tombstoneDays": settings.TOMBSTONE_DAYS,
        "limits": {
            "shareBytes": settings.ANONYMOUS_SHARE_BYTES,
            "textBytes": settings.MAX_TEXT_BYTES,
            "noteCharacters": 2000,
            "files": MAX_FILES,
        },
    }
    # The script fetches its words first of all: they shall be there by then.
    preload = format_html('<link rel="preload" as="fetch" href="{}" crossorigin>', words) if words else ""
    # It waits for the script, so that nothing on the page moves when the script takes over.
    script = '{}{}<script type="module" src="{}" blocking="render"></script>'
    return format_html(script, preload, json_script(facts, "page"), static(f"app/{name}.js"))

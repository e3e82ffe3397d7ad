"""What a site may call its own: mark, colour, links. A value that would not do stops the start."""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

LEAST_TEXT_CONTRAST = 4.5
LEAST_SIGN_CONTRAST = 3.0
# The grounds a strip lies on, light and dark, and what may be written on it (frontend/style/tokens.css).
GROUNDS = {"the light page": "#f0f4f8", "the dark page": "#0f121b", "dark paper": "#1a1e29"}
INKS = ("#260a03", "#ffffff")
_LOGOS = {".svg": "image/svg+xml", ".png": "image/png"}
_MAX_LOGO_BYTES = 256 * 1024
_ADDRESS = re.compile(r"(https?://[^\s/]|mailto:[^\s@]+@|/(?!/))\S*")


@dataclass(frozen=True)
class Logo:
    content: bytes
    content_type: str

    @cached_property
    def version(self) -> str:
        return sha256(self.content).hexdigest()[:12]


@dataclass(frozen=True)
class FooterLink:
    words: str
    address: str


def logo(path: str) -> Logo | None:
    if not path:
        return None
    content_type = _LOGOS.get(Path(path).suffix.lower())
    if content_type is None:
        raise ImproperlyConfigured("LOGO must name a file that ends in .svg or .png.")
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ImproperlyConfigured("The file that LOGO names cannot be read.") from error
    if len(content) > _MAX_LOGO_BYTES:
        raise ImproperlyConfigured(f"LOGO must be at most {_MAX_LOGO_BYTES // 1024} KiB.")
    return Logo(content, content_type)


def accent(colour: str) -> str:
    """A stylesheet that lays the strip in this colour; empty where none is asked for."""
    if not colour:
        return ""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ImproperlyConfigured("ACCENT must be a colour of six hex digits, like #f25914.")
    for name, ground in GROUNDS.items():
        found = contrast(colour, ground)
        if found < LEAST_SIGN_CONTRAST:
            other = "darker" if ground == GROUNDS["the light page"] else "lighter"
            raise ImproperlyConfigured(
                f"ACCENT is hard to see on {name}: its contrast is {found:.1f}, and 3 is needed. "
                f"Take a {other} one."
            )
    ink = max(INKS, key=lambda ink: contrast(colour, ink))
    if contrast(colour, ink) < LEAST_TEXT_CONTRAST:
        raise ImproperlyConfigured("ACCENT is hard to read on: take a slightly lighter or darker one.")
    # Away from the ink, so that the words stay readable under a pointer.
    hover = _mixed(colour, "#ffffff" if ink == INKS[0] else "#000000")
    return f":root{{--strip:{colour};--strip-hover:{hover};--strip-ink:{ink}}}\n"


def footer_links(text: str) -> list[FooterLink]:
    """From "Imprint=https://…;Terms=/terms"."""
    links = []
    for pair in filter(None, map(str.strip, text.split(";"))):
        words, _, address = (part.strip() for part in pair.partition("="))
        if not words or not _ADDRESS.fullmatch(address):
            raise ImproperlyConfigured(
                "FOOTER_LINKS must be like Imprint=https://example.org/imprint;Terms=/terms, "
                "each with words and an address."
            )
        links.append(FooterLink(words, address))
    return links


def source(address: str) -> str:
    if address and not _ADDRESS.fullmatch(address):
        raise ImproperlyConfigured("SOURCE_URL must be an address, like https://example.org/onetimeshare.")
    return address


def security_contact(text: str) -> str:
    """As security.txt wants it: an address of the web or of mail."""
    contact = f"mailto:{text}" if "@" in text and ":" not in text else text
    if contact and not re.fullmatch(r"(mailto:[^\s@]+@|https://)[^\s@]+", contact):
        raise ImproperlyConfigured(
            "SECURITY_CONTACT must be a mail address, or a page that begins with https."
        )
    return contact


def contrast(one: str, other: str) -> float:
    """WCAG 2, of two colours in hex: 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _rgb(colour)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _mixed(colour: str, other: str, share: float = 0.15) -> str:
    pairs = zip(_rgb(colour), _rgb(other), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02x}" for a, b in pairs)


def _rgb(colour: str) -> list[float]:
    return [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]

"""The site's own name, mark, colour and links: what is taken, and what stops the start."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from onetimeshare import branding


@pytest.mark.parametrize("colour", ["#f25914", "#0a7d4f", "#2f6fde", "#7A4FD0"])
def test_the_strip_takes_a_colour_that_can_be_seen_and_written_on(colour):
    style = branding.accent(colour)

    tokens = dict(re.findall(r"--([a-z-]+):(#[0-9a-fA-F]{6})", style))
    assert tokens["strip"] == colour
    assert branding.contrast(tokens["strip-ink"], tokens["strip"]) >= 4.5
    assert branding.contrast(tokens["strip-ink"], tokens["strip-hover"]) >= 4.5


@pytest.mark.parametrize(
    ("colour", "why"),
    [
        ("#ffcc00", r"on the light page: its contrast is 1\.4, and 3 is needed\. Take a darker one"),
        ("#123456", r"on the dark page: its contrast is 1\.5, and 3 is needed\. Take a lighter one"),
        ("#c02050", "on dark paper"),
        ("orange", "six hex digits"),
        ("#f2591", "six hex digits"),
        ("#f25914}body{display:none", "six hex digits"),
    ],
)
def test_another_colour_stops_the_start_and_is_told_why(colour, why):
    with pytest.raises(ImproperlyConfigured, match=f"^ACCENT .*{why}"):
        branding.accent(colour)


def test_contrast_is_that_of_the_web():
    assert branding.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert branding.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_without_a_colour_there_is_no_style():
    assert branding.accent("") == ""


def test_footer_links_are_words_and_addresses():
    links = branding.footer_links("Imprint=https://example.org/a?b=c; Terms = /terms ;Mail=mailto:a@b.org;")

    assert [(link.words, link.address) for link in links] == [
        ("Imprint", "https://example.org/a?b=c"),
        ("Terms", "/terms"),
        ("Mail", "mailto:a@b.org"),
    ]


@pytest.mark.parametrize("text", ["Imprint", "=https://a", "A=javascript:alert(1)", "A=//elsewhere", "A=a b"])
def test_what_is_no_link_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match=r"^FOOTER_LINKS"):
        branding.footer_links(text)


def test_a_logo_is_a_small_drawing_or_picture(tmp_path):
    drawing = tmp_path / "logo.SVG"
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")

    logo = branding.logo(str(drawing))

    assert logo is not None
    assert (logo.content, logo.content_type) == (drawing.read_bytes(), "image/svg+xml")
    assert branding.logo("") is None


@pytest.mark.parametrize(
    ("name", "size"), [("logo.exe", 1), ("logo.png", 256 * 1024 + 1), ("away.png", None)]
)
def test_another_logo_stops_the_start(tmp_path, name, size):
    if size:
        (tmp_path / name).write_bytes(bytes(size))

    with pytest.raises(ImproperlyConfigured, match="LOGO"):
        branding.logo(str(tmp_path / name))


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("", ""),
        ("a@example.org", "mailto:a@example.org"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("https://example.org/security", "https://example.org/security"),
    ],
)
def test_a_contact_is_written_as_security_txt_wants_it(text, contact):
    assert branding.security_contact(text) == contact


@pytest.mark.parametrize(
    "text", ["http://example.org", "tel:1\nContact: x", "mailto:a@b\nPolicy: x", "someone"]
)
def test_another_contact_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match=r"^SECURITY_CONTACT"):
        branding.security_contact(text)


def test_a_source_is_an_address():
    assert branding.source("https://git.example.org/x") == "https://git.example.org/x"
    with pytest.raises(ImproperlyConfigured, match=r"^SOURCE_URL"):
        branding.source("javascript:alert(1)")

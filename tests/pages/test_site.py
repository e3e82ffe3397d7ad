"""The head and foot of every page, and the small files about the site."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from onetimeshare import branding
from tests import grade
from tests.builders import a_sealed_text
from tests.pages.page import Page, faults_in, words
from tests.pages.states import NO_SHARE, Browser

HOSTILE = "<script>alert(1)</script>&\"'"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.fixture
def own_face(settings):
    settings.SITE_NAME = "Acme Share"
    settings.NOTICE = "For people of Acme."
    settings.LOGO = branding.Logo(SVG, "image/svg+xml")
    settings.ACCENT_STYLE = branding.accent("#2f6fde")
    settings.FOOTER_LINKS = branding.footer_links("Imprint=https://example.org/i;Terms=/terms")
    settings.SOURCE_URL = "https://git.example.org/x"


def meta(page: Page, name: str) -> str:
    (found,) = (tag for tag in page.all("meta") if name in (tag.attrs.get("property"), tag.attrs.get("name")))
    return found.attrs["content"]


def hrefs(page: Page, tag: str, **attrs: str) -> list[str]:
    return [
        found.attrs["href"]
        for found in page.all(tag)
        if all(found.attrs.get(name) == value for name, value in attrs.items())
    ]


@pytest.mark.usefixtures("own_face")
def test_a_site_wears_its_own_name_mark_colour_notice_and_links():
    page = Page(Browser().get("/about/privacy"))

    assert page.texts("title") == ["Privacy · Acme Share"]
    assert words(page.with_class("home")[0].text) == "Acme Share"
    assert words(page.with_class("note")[0].text) == "For people of Acme."
    (logo,) = page.all("img")
    assert logo.attrs["src"].startswith("/about/logo?v=")
    assert hrefs(page, "link", rel="icon") == [logo.attrs["src"]]
    assert "/about/site.css?v=2f6fde" in hrefs(page, "link", rel="stylesheet")
    assert {"https://example.org/i", "/terms", "https://git.example.org/x"} <= set(hrefs(page, "a"))


@pytest.mark.promise("S8")
@pytest.mark.usefixtures("own_face")
def test_its_colour_and_mark_are_files_that_may_be_kept():
    client = Client()

    style, logo = client.get("/about/site.css?v=2f6fde"), client.get(f"/about/logo?v={_version(client)}")

    assert (style["Content-Type"], b"--strip:#2f6fde" in style.content) == ("text/css", True)
    assert (logo["Content-Type"], logo.content) == ("image/svg+xml", SVG)
    for answer in (style, logo):
        assert grade.faults_in(answer.request["PATH_INFO"], 200, answer.headers) == []
    assert "immutable" in style["Cache-Control"]
    assert "immutable" in logo["Cache-Control"]
    assert "immutable" not in client.get("/about/site.css?v=old")["Cache-Control"]


def _version(client: Client) -> str:
    page = client.get("/", headers={"accept": "text/html"}).content.decode()
    return re.findall(r"/about/logo\?v=(\w+)", page)[0]


def test_without_them_there_are_no_such_files(client):
    assert [client.get(path).status_code for path in ("/about/site.css", "/about/logo")] == [404, 404]


def test_what_the_operator_writes_is_only_text(settings):
    settings.SITE_NAME = settings.NOTICE = HOSTILE
    settings.FOOTER_LINKS = [branding.FooterLink(HOSTILE, '/x"onclick="x')]

    page = Page(Browser().get("/"))

    assert HOSTILE not in page.html
    assert words(page.with_class("home")[0].text) == HOSTILE
    assert [fault for fault in faults_in(page) if "title" not in fault] == []
    assert json.loads(Client().get("/about/site.webmanifest").content)["name"] == HOSTILE


@pytest.mark.django_db
def test_a_preview_is_the_same_for_every_page_and_tells_no_address():
    browser = Browser()
    left = a_sealed_text()
    pages = [browser.get("/"), browser.get(NO_SHARE), browser.get(left.link.url.partition("#")[0][17:])]
    pages.append(browser.look(left))

    previews = {
        tuple(sorted(tag.attrs.items()))
        for page in map(Page, pages)
        for tag in page.all("meta")
        if "og:" in tag.attrs.get("property", "") or "twitter:" in tag.attrs.get("name", "")
    }

    assert len(previews) == 5, "the same five on each page"
    assert "og:url" not in str(previews)
    assert meta(Page(pages[0]), "og:image") == "http://testserver/static/shares/icon-512.png"


def test_pages_about_a_share_stay_out_of_search_engines():
    browser = Browser()

    said = [meta(Page(browser.get(path)), "robots") for path in (NO_SHARE, "/m/aaaaaaaaaaaaaaaa", "/nothing")]
    open_ = [meta(Page(browser.get(path)), "robots") for path in ("/", "/about/how-it-works")]

    assert (said, open_) == (["noindex"] * 3, ["index"] * 2)


def test_a_phone_can_keep_the_site_among_its_programs(client):
    answer = client.get("/about/site.webmanifest")
    says = json.loads(answer.content)

    assert answer["Content-Type"] == "application/manifest+json"
    assert (says["name"], says["display"], says["start_url"]) == ("OneTimeShare", "standalone", "/")
    assert {icon["purpose"] for icon in says["icons"]} == {"any", "maskable"}
    for icon in says["icons"]:
        found = finders.find(icon["src"].removeprefix("/static/"))
        assert found
        assert "x".join(map(str, png_size(found))) == icon["sizes"]


def png_size(path: str) -> tuple[int, int]:
    with open(path, "rb") as file:
        head = file.read(24)
    assert head.startswith(b"\x89PNG")
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def test_every_icon_of_a_page_is_there():
    page = Page(Browser().get("/"))

    icons = hrefs(page, "link", rel="icon") + hrefs(page, "link", rel="apple-touch-icon")

    assert len(icons) == 2
    assert all(finders.find(icon.removeprefix("/static/")) for icon in icons)


def test_robots_are_kept_from_what_belongs_to_one_share(client):
    answer = client.get("/robots.txt")

    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content.decode().splitlines() == [
        "User-agent: *", *(f"Disallow: /{room}/" for room in ("s", "m", "report", "api", "admin")),
    ]  # fmt: skip


def test_who_finds_a_hole_is_told_whom_to_tell(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@example.org"

    lines = dict(
        line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines()
    )

    assert lines["Contact"] == "mailto:security@example.org"
    assert lines["Canonical"] == "http://testserver/.well-known/security.txt"
    until = datetime.fromisoformat(lines["Expires"]) - datetime.now(UTC)
    assert timedelta(days=90) < until < timedelta(days=365)


def test_without_a_contact_there_is_no_security_txt(client):
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["robots.txt", ".well-known/security.txt", "about/logo", "favicon.ico"])
def test_a_file_of_that_name_can_still_be_left(client, path):
    left = client.put(f"/{path}", b"content", content_type="application/octet-stream")

    if path.startswith("about/"):
        assert left.status_code == 405, "below a folder of ours nothing is left"
    else:
        assert left.status_code == 201
        assert f'Sealed "{path.rsplit("/")[-1]}"' in left.content.decode()

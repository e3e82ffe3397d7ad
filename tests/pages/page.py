"""A page as a reader or a screen reader meets it: tags, their texts, and what ties them together."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"input", "link", "meta", "br", "hr", "img", "use"}
ATTRIBUTES_THAT_LOAD = ("src", "href", "action", "formaction", "poster", "data", "xlink:href")


@dataclass
class Tag:
    name: str
    attrs: dict[str, str]
    text: str = ""
    inside: list[str] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attrs.get("class", "").split())


class Page(HTMLParser):
    """Parses an answer; `tags` in the order of the document."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.html: str = response.content.decode()
        self.status = response.status_code
        self.tags: list[Tag] = []
        self._open: list[Tag] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Tag(tag, {name: value or "" for name, value in attrs}, inside=[t.name for t in self._open])
        self.tags.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open[-1].name == tag, f"</{tag}> closes <{self._open[-1].name}>"
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            tag.text += data

    def all(self, name: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name == name]

    def texts(self, name: str) -> list[str]:
        return [words(tag.text) for tag in self.all(name)]

    def with_class(self, name: str) -> list[Tag]:
        return [tag for tag in self.tags if name in tag.classes]

    def with_id(self, found: str) -> Tag:
        return next(tag for tag in self.tags if tag.attrs.get("id") == found)

    def field(self, name: str) -> Tag:
        return next(tag for tag in self.tags if tag.attrs.get("name") == name and tag.name in FIELDS)

    @property
    def heading(self) -> str:
        (heading,) = self.texts("h1")
        return heading

    @property
    def words(self) -> str:
        """All that is read on the page, head and foot included."""
        return words(self.all("body")[0].text)


FIELDS = ("input", "select", "textarea")


def words(text: str) -> str:
    """With plain blanks for those that break no line."""
    return " ".join(text.split())


def faults_in(page: Page) -> list[str]:
    """What would trip a screen reader, or the policy that nothing is inline or foreign."""
    ids = [tag.attrs["id"] for tag in page.tags if "id" in tag.attrs]
    faults = [f"id {name} twice" for name, count in Counter(ids).items() if count > 1]
    if len(page.all("h1")) != 1:
        faults.append(f"{len(page.all('h1'))} first headings")
    if len(page.all("main")) != 1 or not page.texts("title")[0].endswith(" · OneTimeShare"):
        faults.append("no main, or no title")
    labelled = {tag.attrs.get("for") for tag in page.all("label")}
    for tag in page.tags:
        if tag.name in FIELDS and tag.attrs.get("type") != "hidden" and tag.attrs.get("id") not in labelled:
            faults.append(f"no label: {tag}")
        for tie in ("aria-describedby", "aria-labelledby", "for"):
            faults += [
                f"{tie} {one} leads nowhere" for one in tag.attrs.get(tie, "").split() if one not in ids
            ]
        faults += [f"inline: {tag}" for name in tag.attrs if name == "style" or name.startswith("on")]
        is_ours = "src" in tag.attrs or tag.attrs.get("type") == "application/json"
        if tag.name in ("style", "iframe", "base") or (tag.name == "script" and not is_ours):
            faults.append(f"not allowed: {tag}")
        faults += [
            f"from elsewhere: {tag}"
            for name in ATTRIBUTES_THAT_LOAD
            if re.match(r"\s*([a-z][a-z0-9+.-]*:|//)", tag.attrs.get(name, ""), re.IGNORECASE)
        ]
        if tag.name == "button" and not words(tag.text):
            faults.append(f"a button without a word: {tag}")
        if tag.name == "time" and not tag.attrs.get("datetime", "").endswith("Z"):
            faults.append(f"a time that no machine can read: {tag}")
        if tag.name == "form" and "form" in tag.inside:
            faults.append("a form inside a form")
    return faults

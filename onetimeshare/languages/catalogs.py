"""The translations: one .po file for each language and domain, and what is made of them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.utils.translation import to_locale

from onetimeshare.languages import collect
from onetimeshare.languages.message import Key, Message


class Plurals(NamedTuple):
    """How a language counts: gettext's rule, and CLDR's names for its forms in the same order."""

    rule: str
    categories: tuple[str, ...]


_TWO = ("one", "other")
_ARABIC = "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5"
PLURALS = {
    "de": Plurals("nplurals=2; plural=(n != 1);", _TWO),
    "fr": Plurals("nplurals=2; plural=(n > 1);", _TWO),
    "es": Plurals("nplurals=2; plural=(n != 1);", _TWO),
    "pt-br": Plurals("nplurals=2; plural=(n > 1);", _TWO),
    "ar": Plurals(f"nplurals=6; plural=({_ARABIC});", ("zero", "one", "two", "few", "many", "other")),
    "ja": Plurals("nplurals=1; plural=0;", ("other",)),
    "zh-hans": Plurals("nplurals=1; plural=0;", ("other",)),
}
DOMAINS = {"django": collect.of_pages, "djangojs": collect.of_scripts}


def languages() -> list[str]:
    return [code for code, _ in settings.LANGUAGES if code != "en"]


def path(language: str, domain: str) -> Path:
    return Path(settings.BASE_DIR) / "locale" / to_locale(language) / "LC_MESSAGES" / f"{domain}.po"


def read(language: str, domain: str) -> polib.POFile:
    return polib.pofile(str(path(language, domain)))


def key(entry: polib.POEntry) -> Key:
    return Key(entry.msgctxt or "", entry.msgid)


def update(language: str, domain: str, messages: Iterable[Message]) -> int:
    """Bring one file in line with the code: new sentences empty, old ones out. Returns how many are empty."""
    target = path(language, domain)
    known = {key(entry): entry for entry in read(language, domain)} if target.exists() else {}
    fresh = polib.POFile(wrapwidth=100)
    fresh.metadata = {
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language].rule,
    }
    fresh.extend(_entry(said, places, known, language) for said, places in _together(messages))
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(target), newline="\n")
    return len(fresh.untranslated_entries())


def _together(messages: Iterable[Message]) -> list[tuple[Message, list[str]]]:
    """The same sentence in several places is translated once."""
    found: dict[Key, tuple[Message, list[str]]] = {}
    for said in messages:
        _, places = found.setdefault(said.key, (said, []))
        if said.place not in places:
            places.append(said.place)
    return list(found.values())


def _entry(said: Message, places: list[str], known: dict[Key, polib.POEntry], language: str) -> polib.POEntry:
    old = known.get(said.key)
    entry = polib.POEntry(
        msgctxt=said.context or None, msgid=said.message, occurrences=[(place, "") for place in places]
    )
    if said.plural:
        entry.msgid_plural = said.plural
        forms = range(len(PLURALS[language].categories))
        kept = old.msgstr_plural if old and old.msgid_plural == said.plural else {}
        entry.msgstr_plural = {form: kept.get(form, "") for form in forms}
    elif old:
        entry.msgstr = old.msgstr
    if old:
        entry.tcomment = old.tcomment
    return entry


def build() -> None:
    """What the server reads (.mo, beside the .po) and what scripts fetch (locale/dist/words/*.json)."""
    words = Path(settings.BASE_DIR) / "locale" / "dist" / "words"
    words.mkdir(parents=True, exist_ok=True)
    for language in languages():
        read(language, "django").save_as_mofile(str(path(language, "django").with_suffix(".mo")))
        made = json.dumps(for_scripts(language), ensure_ascii=False, separators=(",", ":"))
        (words / f"{language}.json").write_text(made)


def for_scripts(language: str) -> dict[str, object]:
    """As frontend/words.ts reads it (`Words`)."""
    return {
        "lang": language,
        "plurals": PLURALS[language].categories,
        "words": {
            entry.msgid: list(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr
            for entry in read(language, "djangojs").translated_entries()
        },
    }

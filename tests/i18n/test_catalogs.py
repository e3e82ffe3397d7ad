"""Every sentence is there in every language, whole, and no other; and what is built is what was written."""

import gettext
import json
import re
from functools import cache
from pathlib import Path

import polib
import pytest
from django.conf import settings

from onetimeshare.languages import catalogs
from onetimeshare.languages.message import Key, Message

CLONE = Path(settings.BASE_DIR)
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)[sd]|<[^>]+>")
# These three stand for exactly one number in Arabic; a form for one may leave its number out.
WITHOUT_NUMBER = {"zero", "one", "two"}


@cache
def said(domain: str) -> dict[Key, Message]:
    return {message.key: message for message in catalogs.DOMAINS[domain]()}


@pytest.fixture(params=list(catalogs.DOMAINS))
def domain(request) -> str:
    return request.param


@pytest.fixture(params=[code for code, _ in settings.LANGUAGES if code != "en"])
def language(request) -> str:
    return request.param


@pytest.fixture
def entries(language, domain) -> polib.POFile:
    return catalogs.read(language, domain)


def test_a_language_has_every_sentence_and_no_other(entries, domain):
    found = {catalogs.key(entry): entry.msgid_plural for entry in entries}
    wanted = {key: message.plural for key, message in said(domain).items()}

    assert found.keys() - wanted.keys() == set(), "said nowhere: python -m onetimeshare.languages collect"
    assert wanted.keys() - found.keys() == set(), "new: python -m onetimeshare.languages collect"
    assert found == wanted


def test_no_sentence_is_left_untranslated(entries):
    empty = [entry.msgid for entry in entries if not all(forms_of(entry))]

    assert empty == []
    assert entries.fuzzy_entries() + entries.obsolete_entries() == []


def forms_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_each_way_of_counting_has_its_form(entries, language):
    rule, categories = catalogs.PLURALS[language]

    assert entries.metadata["Plural-Forms"] == rule
    assert rule.startswith(f"nplurals={len(categories)};")
    assert {tuple(entry.msgstr_plural) for entry in entries if entry.msgid_plural} == {
        tuple(range(len(categories)))
    }


def test_a_translation_holds_the_values_of_its_sentence(entries, language):
    categories = catalogs.PLURALS[language].categories

    wrong = []
    for entry in entries:
        source = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for category, text in zip(
            categories if entry.msgid_plural else ["other"], forms_of(entry), strict=True
        ):
            free = {"{n}", "%(n)s"} if category in WITHOUT_NUMBER and entry.msgid_plural else set()
            found = set(PLACEHOLDER.findall(text))
            if found - source or source - found - free:
                wrong.append((entry.msgid, text))

    assert wrong == []


def test_a_sentence_stays_one_and_a_label_stays_a_label(entries):
    wrong = []
    for entry in entries:
        wanted = end_of(entry.msgid_plural or entry.msgid)
        wrong += [(entry.msgid, text) for text in forms_of(entry) if end_of(text) != wanted or "!" in text]

    assert wrong == []


def end_of(text: str) -> str:
    """The mark at its end, in the letters of Europe."""
    return {"。": ".", "؟": "?", "？": "?", "：": ":", "،": ",", "，": ",", "、": ","}.get(
        text[-1], text[-1] if text[-1] in ".?:," else ""
    )


def test_no_translation_repeats_the_english(entries):
    """Names of units and the like may; sentences may not."""
    same = [entry.msgid for entry in entries if entry.msgid in forms_of(entry) and entry.msgid.count(" ") > 2]

    assert [text for text in same if not re.fullmatch(r"[\W\d]*(\{\w+\}[\W\d]*)+", text)] == []


def test_what_scripts_fetch_is_built_from_what_was_written(language):
    built = CLONE / "locale" / "dist" / "words" / f"{language}.json"

    assert json.loads(built.read_text()) == json.loads(json.dumps(catalogs.for_scripts(language))), "run make"


def test_what_the_server_reads_is_built_from_what_was_written(language):
    with catalogs.path(language, "django").with_suffix(".mo").open("rb") as file:
        built = gettext.GNUTranslations(file)

    for entry in catalogs.read(language, "django"):
        if not entry.msgid_plural:
            context = [entry.msgctxt] if entry.msgctxt else []
            found = built.pgettext(context[0], entry.msgid) if context else built.gettext(entry.msgid)
            assert found == entry.msgstr, "run make"


def test_scripts_count_as_the_server_does(language):
    """CLDR's names stand in the order of gettext's forms."""
    rule, categories = catalogs.PLURALS[language]
    number = gettext.c2py(rule.partition("plural=")[2].rstrip(";"))

    found = {n: categories[number(n)] for n in (0, 1, 2, 5, 21, 111)}

    assert found == CLDR[language]


def counted(zero: str, one: str, two: str, five: str, many: str, hundreds: str) -> dict[int, str]:
    return {0: zero, 1: one, 2: two, 5: five, 21: many, 111: hundreds}


_TWO = counted("other", "one", "other", "other", "other", "other")
_LIKE_FRENCH = counted("one", "one", "other", "other", "other", "other")
_NO_PLURAL = counted(*["other"] * 6)
# What Intl.PluralRules says.
CLDR = {
    "de": _TWO,
    "es": _TWO,
    "fr": _LIKE_FRENCH,
    "pt-br": _LIKE_FRENCH,
    "ar": counted("zero", "one", "two", "few", "many", "many"),
    "ja": _NO_PLURAL,
    "zh-hans": _NO_PLURAL,
}

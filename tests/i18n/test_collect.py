"""What the collector finds, and what it refuses because nobody could translate it."""

import ast

import pytest
from django.template import Engine

from onetimeshare.languages import collect, scripts
from onetimeshare.languages.message import NotLiteral

WORDS = 'import { say, sayMany } from "../words.ts";\n'


def found_in(source: str) -> list[tuple[str, str]]:
    return [(found.message, found.plural) for found in scripts.messages("a.ts", WORDS + source)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('say("One.")', [("One.", "")]),
        ('say("A \\"b\\", {n}", { n: f(1, "x") })', [('A "b", {n}', "")]),
        ('say(\n  "Long, " +\n    "longer.",\n  { a },\n)', [("Long, longer.", "")]),
        ('say(isIt ? "Yes." : "No.")', [("Yes.", ""), ("No.", "")]),
        ('sayMany(a.length, "{n} file", "{n} files", { size })', [("{n} file", "{n} files")]),
        ('sayMany(f(a, [1, 2]), "one", "many")', [("one", "many")]),
        ('f(say("Out."), say("In."))', [("Out.", ""), ("In.", "")]),
        ('line.say("No.") + this.#say("No.")', []),
        ("say(sentence: string): void {", []),
    ],
)
def test_a_script_says_literals(source, found):
    assert found_in(source) == found


@pytest.mark.parametrize("source", ["say(text)", "say(`A ${b}`)", 'say("A " + b)', 'sayMany(n, one, "many")'])
def test_a_script_that_glues_its_sentence_is_refused(source):
    with pytest.raises(NotLiteral):
        found_in(source)


def test_what_is_no_sentence_is_left_alone():
    assert list(scripts.messages("worker.ts", 'say({ report: "ready" })')) == []


def test_python_says_literals():
    source = '_("A " "b."); ngettext("{n} c", "{n} cs", n); pgettext("kind", "d"); other("e")'

    found = collect._calls(ast.parse(source), "a.py")

    assert [(m.message, m.plural, m.context) for m in found] == [
        ("A b.", "", ""), ("{n} c", "{n} cs", ""), ("d", "", "kind"),
    ]  # fmt: skip


def test_python_that_glues_its_sentence_is_refused():
    with pytest.raises(NotLiteral):
        list(collect._calls(ast.parse('_(f"A {b}")'), "a.py"))


def test_a_template_says_literals_wherever_they_stand():
    source = """{% load i18n %}{% if a %}{% translate "A" %}{% else %}{% for b in c %}{% translate "B" %}
    {% endfor %}{% endif %}{% block x %}{% blocktranslate count n=d with e=f %}{{ n }} {{ e }}{% plural %}
    {{ n }} of {{ e }}{% endblocktranslate %}{% endblock %}"""

    found = list(collect._nodes(Engine.get_default().from_string(source).nodelist, "a.html"))

    assert [m.message for m in found] == ["A", "B", "%(n)s %(e)s"]
    assert found[2].plural.strip() == "%(n)s of %(e)s"


def test_the_whole_product_is_read():
    places = {message.place.split("/")[0] for message in collect.of_pages() + collect.of_scripts()}

    assert places == {"accounts", "frontend", "onetimeshare", "shares", "templates"}

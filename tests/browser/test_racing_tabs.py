"""Two people press the strip of one share at the same moment."""

import os
import re

from playwright.sync_api import expect

from tests.browser.left import some_files
from tests.browser.people import PATIENCE_MS, Recipient
from tests.faults.counts import count

SHARES = count(10, 60)
PRESS_AT = "(strip, at) => void setTimeout(() => strip.click(), at - Date.now())"
ENDED = re.compile("^One file, ready to save$|^Already opened$")


def race(tabs, link):
    """How each of them ended: the heading of its page."""
    people = [Recipient(tab, link) for tab in tabs]
    for person in people:
        expect(person.button("Open it now")).to_be_visible()
    moment = tabs[0].evaluate("() => Date.now() + 150")
    for person in people:
        person.button("Open it now").evaluate(PRESS_AT, moment)
    for person in people:
        expect(person.heading).to_have_text(ENDED, timeout=PATIENCE_MS)
    return people


def test_of_two_tabs_that_race_for_one_share_exactly_one_gets_it(site, new_context):
    tabs = [new_context().new_page(), new_context().new_page()]
    winners = set()

    for n in range(SHARES):
        # Every other one is too large to come within the answer of the claim.
        files = {"notes.bin": os.urandom(100_000 if n % 2 else 1000)}
        people = race(tabs, some_files(site, files).link(site.url))
        got = [person for person in people if person.heading.text_content() != "Already opened"]
        (lost,) = [person for person in people if person not in got]
        assert len(got) == 1
        assert got[0].destroyed().saved() == files
        lost.sees("If that was not you, someone else has what was inside.")
        assert lost.page.get_by_role("link", name=re.compile("^Save ")).count() == 0
        winners.add(people.index(got[0]))
    assert winners <= {0, 1}


def test_two_tabs_of_one_person_race_like_two_people(site, context):
    files = {"notes.bin": os.urandom(1000)}
    link = some_files(site, files).link(site.url)

    headings = {
        person.heading.text_content() for person in race([context.new_page(), context.new_page()], link)
    }

    assert headings == {"One file, ready to save", "Already opened"}

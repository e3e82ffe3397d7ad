"""The API's page says what its document says, and no reference of it leads nowhere."""

import re
from html import escape

import pytest

from tests.shares.document import calls, document


@pytest.fixture
def page(client):
    return client.get("/api/v1/docs").content.decode()


def test_every_call_schema_state_event_and_refusal_has_its_place(page):
    places = re.findall(r'\bid="([^"]+)"', page)

    assert len(places) == len(set(places))
    assert set(places) >= {said["operationId"] for _, _, said in calls()}
    assert set(places) >= set(document()["components"]["schemas"])


def test_no_link_on_the_page_leads_nowhere(page):
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'\bid="([^"]+)"', page))


def test_no_table_is_empty_and_no_backtick_is_left(page):
    assert [body for body in re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL) if "<tr>" not in body] == []
    assert "`" not in page
    assert "<code>Authorization: Bearer</code>" in page


def test_every_value_of_a_state_and_an_event_stands_there_with_its_meaning(page):
    for name in ("State", "What"):
        said = document()["components"]["schemas"][name]
        for value, meaning in zip(said["enum"], map(escape, said["x-enum-descriptions"]), strict=True):
            assert f"<code>{value}</code></th><td>{meaning}</td>" in page

"""docs/alerts.yml asks for series that there are, by labels that they have; the page explains each alert."""

import re

import pytest
import yaml
from django.test import Client

from tests.docs.conftest import CLONE
from tests.scraped import TOKEN, read

pytestmark = pytest.mark.django_db
RULES = yaml.safe_load((CLONE / "docs" / "alerts.yml").read_text())["groups"][0]["rules"]
DOC = (CLONE / "docs" / "operations.md").read_text()
NAME = re.compile(r"\bonetimeshare_(\w+)(?:\{(\w+)=\"(\w+)\"\})?")


@pytest.fixture
def told(settings):
    settings.METRICS_TOKEN = TOKEN
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    return answer.content.decode()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_what_an_alert_asks_for_is_told(told, rule):
    asked = NAME.findall(rule["expr"])

    assert asked or rule["expr"].startswith("up{")
    found = read(told)
    for name, label, value in asked:
        assert any(key[0] == name for key in found), f"there is no {name}"
        assert not label or re.search(
            rf"^onetimeshare_{name}\{{(?:.*,)?{label}=\"{value}\"", told, re.MULTILINE
        )
    for label in re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]):
        assert label == "instance" or any(f'onetimeshare_{name}{{{label}="' in told for name, *_ in asked)


def test_the_page_explains_each_alert_and_no_other():
    table = DOC.partition("### Alerts\n")[2].partition("\n#")[0]

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [rule["alert"] for rule in RULES]


def test_the_page_names_each_series_and_no_other(told):
    table = DOC.partition("### Metrics\n")[2].partition("\n#")[0]

    names = re.findall(r"^# TYPE onetimeshare_(\w+)", told, re.MULTILINE)
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", table, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(names)

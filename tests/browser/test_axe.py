"""axe-core finds nothing on any page in any state, in both colour schemes; and all pages are built alike."""

import pytest

from tests.browser.executable import CLONE
from tests.browser.states import STATES, visited

AXE = CLONE / "node_modules/axe-core/axe.min.js"
# All of its rules, also those that are off by default; of contrast the level AA, as in our table of colours.
RUN = """async (only) => {
    const rules = Object.fromEntries(axe.getRules().map(({ ruleId }) => [ruleId, { enabled: true }]));
    rules["color-contrast-enhanced"].enabled = false;
    const found = await axe.run(only ? { runOnly: only } : { rules });
    return found.violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`));
}"""


def violations(page):
    """What stands on the page now, in light, and its colours in dark as well."""
    page.evaluate(AXE.read_text())
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    light = page.evaluate(RUN, None)
    page.emulate_media(color_scheme="dark")
    return light + page.evaluate(RUN, ["color-contrast"])


def is_built_as_all(page):
    """One first heading, one of each landmark, the two live regions, and a title that ends in our name."""
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((h) => Number(h.tagName[1]))")
    assert (levels.count(1), levels[0]) == (1, 1)
    assert [page.locator(f"body > {name}").count() for name in ("header", "main", "footer")] == [1, 1, 1]
    regions = page.locator("[data-live]").evaluate_all("all => all.map((one) => one.getAttribute('role'))")
    assert regions == ["status", "alert"]
    assert page.title().endswith(" · OneTimeShare")


@pytest.mark.parametrize("name", STATES)
def test_every_state_can_be_used_by_everybody(name, browser, site):
    with visited(STATES[name], browser, site, runs_others=True) as page:
        assert violations(page) == []
        is_built_as_all(page)


def test_a_control_without_a_name_and_a_faint_word_are_found(page):
    page.goto("/")
    page.evaluate(
        """() => {
            document.querySelector("main").append(document.createElement("button"));
            document.querySelector(".lead").style.setProperty("color", "#999a");
        }"""
    )

    found = violations(page)

    assert any(line.startswith("button-name: ") for line in found)
    assert sum(line.startswith("color-contrast: .lead") for line in found) == 2

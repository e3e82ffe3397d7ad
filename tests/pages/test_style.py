"""The style sheets: colours one can read, small, and nothing from elsewhere. The table is computed anew."""

import gzip
import math
import re
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "shares"
STYLES = ROOM.parent / "frontend" / "style"
DIST = ROOM.parent / "frontend" / "dist" / "app"
SHEETS = sorted(set(STYLES.glob("*.css")) - {STYLES / "style.css"})
TEXT, SHAPE = 4.5, 3.0
PAIRS = [
    *[("ink", ground, TEXT) for ground in ("page", "paper", "lining-bg")],
    *[("ink-2", ground, TEXT) for ground in ("page", "paper", "sunk")],
    *[("link", ground, TEXT) for ground in ("page", "paper")],
    *[("danger", ground, TEXT) for ground in ("page", "paper", "danger-bg")],
    ("good", "paper", TEXT),
    *[("strip-ink", ground, TEXT) for ground in ("strip", "strip-hover")],
    ("paper", "ink", TEXT),
    ("paper", "ink-2", TEXT),
    *[("edge", ground, SHAPE) for ground in ("page", "paper", "sunk")],
    *[("strip", ground, SHAPE) for ground in ("page", "paper")],
    *[("link", ground, SHAPE) for ground in ("lining-bg", "danger-bg")],
]
SCHEMES = {
    "light": [":root {"],
    "dark": [":root {", "@media (prefers-color-scheme: dark)"],
    "more, light": [":root {", "@media (prefers-contrast: more) {"],
    "more, dark": [":root {", "@media (prefers-contrast: more) and (prefers-color-scheme: dark)"],
}
Colour = tuple[float, float, float]


def tokens(scheme: str) -> dict[str, Colour]:
    """The colours of a scheme: the light ones, and what its own block puts in their place."""
    css = (STYLES / "tokens.css").read_text()
    found: dict[str, Colour] = {}
    for start in SCHEMES[scheme]:
        block = css[css.index(start) :]
        block = block[: block.index("}")]
        for name, values in re.findall(r"--([\w-]+): oklch\(([\d. ]+)\);", block):
            lightness, chroma, hue = map(float, values.split())
            found[name] = linear_rgb(lightness, chroma, hue)
    return found


def linear_rgb(lightness: float, chroma: float, hue: float) -> Colour:
    """Source: Björn Ottosson, "A perceptual color space for image processing" (2020)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def contrast(one: Colour, other: Colour) -> float:
    """Source: WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def hex_of(colour: Colour) -> str:
    def part(value: float) -> int:
        value = min(max(value, 0.0), 1.0)
        return round(255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))

    return "#" + "".join(f"{part(value):02x}" for value in colour)


def test_the_ruler_measures_what_is_known():
    white, black = linear_rgb(1, 0, 0), linear_rgb(0, 0, 0)

    assert contrast(white, black) == pytest.approx(21, abs=0.01)
    assert hex_of(linear_rgb(0.66, 0.2, 40)) == "#f25914"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("front", "back", "needed"), PAIRS)
def test_what_must_be_read_or_seen_stands_out(scheme, front, back, needed):
    colours = tokens(scheme)

    assert contrast(colours[front], colours[back]) >= needed


@pytest.mark.parametrize(("scheme", "place"), [("light", 0), ("dark", 1)])
def test_the_colours_for_old_browsers_are_the_same_colours(scheme, place):
    css = (STYLES / "tokens.css").read_text()
    old = css[css.index("@supports not") : css.index("@media (prefers-contrast")].split("@media")[place]

    hexes = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", old))

    assert len(hexes) == len(tokens(scheme))
    for name, colour in tokens(scheme).items():
        pairs = zip(bytes.fromhex(hexes[name][1:]), bytes.fromhex(hex_of(colour)[1:]), strict=True)
        assert all(abs(one - other) <= 1 for one, other in pairs), name


def test_all_style_is_at_most_ten_kilobytes_on_the_line():
    assert 0 < len(gzip.compress((DIST / "style.css").read_bytes())) <= 10_000


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_uses_only_named_colours_and_what_lies_beside_it(sheet):
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)

    named = set(re.findall(r"--([\w-]+):", (STYLES / "tokens.css").read_text())) | {"ground", "done"}

    assert set(re.findall(r"url\(([^)]*)\)", css)) <= {'"../shares/lining.svg"'}
    assert "@import" not in css
    assert set(re.findall(r"var\(--([\w-]+)", css)) <= named
    if sheet.name != "tokens.css":
        assert re.findall(r"#[0-9a-f]{3,8}\b(?![^{]*\{)", css.replace("#000", "")) == []
        assert "oklch" not in css


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_sheet_knows_left_from_right(sheet):
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)

    assert re.findall(r"(?<![\w-])(?:(?:margin|padding|border)-)?(?:left|right)(?:-[\w-]+)?\s*:", css) == []
    assert not re.search(r"text-align:\s*(left|right)|float:", css)


def test_every_mark_that_is_named_is_in_the_sprite_and_no_other():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (DIST / "sprite.svg").read_text()))
    root = ROOM.parent
    said = (ROOM / "wording.py").read_text() + (ROOM / "stub.py").read_text()
    pages = "".join(page.read_text() for page in (root / "templates").rglob("*.html"))
    scripts = "".join(script.read_text() for script in (root / "frontend").glob("page*/**/*.ts"))

    named = set(re.findall(r'mark "((?:mark|icon)-[\w-]+)"', pages))
    calls = " ".join(re.findall(r"icon\(([^()]*)\)", scripts))
    named |= {f"icon-{name}" for name in re.findall(r'"([\w-]+)"', calls)}
    named |= {
        f"mark-{name}"
        for name in re.findall(r'"(sealed|opening|opened|gone|locked|revoked|expired|trouble)"', said)
    }

    assert named == sprite

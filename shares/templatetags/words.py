"""Our words in templates: times, sizes, marks."""

from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shares import wording

register = template.Library()
register.filter("moment", wording.moment_html)
register.filter("times", wording.times)


@register.filter
def short_moment(at: datetime) -> SafeString:
    """For a narrow place: nothing here lives for a year."""
    day, hour = (f"{at:{form}}".replace(" ", wording.NO_BREAK) for form in ("%-d %b", "%H:%M UTC"))
    return format_html('<time datetime="{}">{}, {}</time>', f"{at:%FT%TZ}", day, hour)


@register.filter
def size(count: int) -> str:
    return wording.size(count).replace(" ", wording.NO_BREAK)


@register.filter
def limit(count: int) -> str:
    return wording.limit(count).replace(" ", wording.NO_BREAK)


@register.filter
def link_parts(url: str) -> SafeString:
    """The whole link, its site apart from what is only this share's."""
    scheme, _, rest = url.partition("://")
    host, _, own = rest.partition("/")
    return format_html("{}://{}/<span>{}</span>", scheme, host, own)


@register.filter
def log_time(at: datetime) -> SafeString:
    """With seconds, where the order of things matters."""
    return format_html('<time datetime="{}">{}</time>', f"{at:%FT%TZ}", f"{at:%-d %b %T} UTC")


@register.simple_tag
def mark(name: str, style: str = "mark") -> SafeString:
    """A drawing of the sprite; decorative, its word stands beside it."""
    sprite = static("shares/marks.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', style, sprite, name
    )

"""Our words in templates: times, sizes, marks."""

from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shares import wording

register = template.Library()
register.filter("moment", wording.moment_html)
register.filter("times", wording.times)


@register.filter
def short_moment(at: datetime) -> SafeString:
    """For a narrow place: nothing here lives for a year."""
    parts = {"day": _day(at), "hour": f"{at:%H:%M} UTC"}
    words = _("{day}, {hour}").format(**{k: v.replace(" ", wording.NO_BREAK) for k, v in parts.items()})
    return format_html('<time datetime="{}">{}</time>', f"{at:%FT%TZ}", words)


def _day(at: datetime) -> str:
    return date_format(at, pgettext("date format", "j M"))


@register.filter
def size(count: int) -> str:
    return wording.size(count).replace(" ", wording.NO_BREAK)


@register.filter
def limit(count: int) -> str:
    return wording.limit(count).replace(" ", wording.NO_BREAK)


@register.filter
def paragraphs(text: str) -> list[str]:
    return text.split("\n\n")


@register.filter
def code_marks(text: str) -> SafeString:
    """What stands between backticks, as code; all else as it is."""
    pieces = (("<code>{}</code>" if n % 2 else "{}", piece) for n, piece in enumerate(text.split("`")))
    return mark_safe("".join(format_html(form, piece) for form, piece in pieces))  # noqa: S308 - each is escaped


@register.filter
def link_parts(url: str) -> SafeString:
    """The whole link, its site apart from what is only this share's."""
    scheme, rest = url.split("://", 1)
    host, own = rest.split("/", 1)
    return format_html("{}://{}/<span>{}</span>", scheme, host, own)


@register.filter
def log_time(at: datetime) -> SafeString:
    """With seconds, where the order of things matters."""
    return format_html('<time datetime="{}">{}</time>', f"{at:%FT%TZ}", f"{_day(at)} {at:%T} UTC")


@register.simple_tag
def mark(name: str, style: str = "mark") -> SafeString:
    """A drawing of the sprite; decorative, its word stands beside it."""
    sprite = static("app/sprite.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', style, sprite, name
    )

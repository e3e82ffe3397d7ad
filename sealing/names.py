"""File names from a stranger, made safe to show and to write.

Source: docs/envelope.md, "Names".
"""

import re

MAX_COMPONENT_BYTES = 255
FALLBACK = "file"

# Control characters, line and paragraph separators, bidi controls, lone surrogates, and the backslash.
_DROPPED = re.compile(
    "[\0-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ud800-\udfff\\\\]"
)


def safe_name(name: str) -> str:
    """A relative path that cannot leave its folder, name its parent, or show another ending than it has.

    Folders keep their `/`; every component is at most 255 bytes of UTF-8; never empty ("file").
    Applying it twice changes nothing. It does not make two equal names different.
    """
    components = (_capped(component) for component in _DROPPED.sub("", name).split("/"))
    # Dots and blanks only: `.`, `..`, nothing, and `.. ` which Windows reads as `..`.
    return "/".join(component for component in components if component.strip(". ")) or FALLBACK


def _capped(component: str) -> str:
    """At most 255 bytes, cut between characters."""
    return component.encode()[:MAX_COMPONENT_BYTES].decode(errors="ignore")

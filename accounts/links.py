"""Links that let a person in. Their secret stands behind the #, and comes to us in the body of a form."""

from typing import NamedTuple

from onetimeshare.addresses import public

INVITATION, PASSWORD, ADDRESS = "invitation", "password", "address"


class Followed(NamedTuple):
    kind: str
    key: str


def link(kind: str, key: str) -> str:
    return f"{public('account_link')}#{kind}.{key}"


def followed(pasted: str) -> Followed:
    """What stands in a whole link; both parts are empty where it is none of ours."""
    kind, _, key = pasted.strip().rpartition("#")[2].partition(".")
    return Followed(kind, key) if kind in (INVITATION, PASSWORD, ADDRESS) else Followed("", "")

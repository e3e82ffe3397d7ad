"""A column that holds a network, and the question which of them hold another."""

import ipaddress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

# A sender is known by a /24 or a /64, so nothing narrower can be told apart.
PREFIXES = {4: (8, 24), 6: (32, 64)}
# No visitor comes from these: unspecified, loopback, link-local. Who seems to is everybody behind a proxy
# that TRUSTED_PROXY_COUNT does not know of.
_NOBODYS = [
    ipaddress.ip_network(network)
    for network in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/64", "fe80::/10")
]


def is_nobodys(network: str) -> bool:
    """Whether any of it is an address that only this machine, or its own cable, can have."""
    asked = ipaddress.ip_network(network)
    return any(asked.version == nobodys.version and asked.overlaps(nobodys) for nobodys in _NOBODYS)


class NetworkField(models.Field):  # type: ignore[type-arg]
    """Text such as 192.0.2.0/24 here, cidr in Postgres."""

    def db_type(self, connection: Any) -> str:
        return "cidr"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else str(value)

    def to_python(self, value: Any) -> str | None:
        """Raises ValidationError."""
        if not value:
            return None
        try:
            network = ipaddress.ip_network(str(value).strip())
        except ValueError as error:
            raise ValidationError("Not a network: write it like 192.0.2.0/24 or 2001:db8::/64.") from error
        widest, narrowest = PREFIXES[network.version]
        if not widest <= network.prefixlen <= narrowest:
            raise ValidationError(f"Between /{widest} and /{narrowest}.")
        if is_nobodys(str(network)):
            raise ValidationError("Nobody comes from there but this machine, or everybody behind its proxy.")
        return str(network)

    def formfield(self, **kwargs: Any) -> Any:
        """Left empty, it is no network; an empty text would be none that Postgres knows."""
        return super().formfield(**{"form_class": forms.CharField, "empty_value": None, **kwargs})


@NetworkField.register_lookup
class Around(models.Lookup):
    """The networks that are this one, or hold it."""

    lookup_name = "around"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} >>= {right}", (*left_values, *right_values)

"""Which account a command is about."""

from django.core.management.base import CommandError

from accounts.models import User


def person(email: str) -> User:
    """By address, in any spelling. Raises CommandError."""
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError("No account has this address.") from None

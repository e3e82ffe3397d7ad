"""An account's own address."""

from allauth.account.models import EmailAddress

from accounts.models import User


def proven_address(user: User) -> str:
    """Where mail may be sent to: the address that was verified as theirs; empty where none was."""
    found = user.is_active and EmailAddress.objects.filter(user=user, verified=True, primary=True).first()
    return found.email if found else ""

"""The first administrator of a fresh server, from the environment: for containers, where nobody types."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.models import User
from onetimeshare import env


def make() -> None:
    """Only where no account exists at all, so it never changes one and never comes back beside others."""
    email = env.text("FIRST_ADMIN_EMAIL")
    if not email or User.objects.exists():
        return
    password = env.text("FIRST_ADMIN_PASSWORD")
    try:
        validate_email(email)
        validate_password(password)
    except ValidationError as error:
        raise ImproperlyConfigured(
            "FIRST_ADMIN_EMAIL must be a mail address, and FIRST_ADMIN_PASSWORD needs 12 characters "
            "that are no common password."
        ) from error
    try:
        with transaction.atomic():
            User.objects.create_superuser(email, password)
    except IntegrityError:
        return  # another host was faster

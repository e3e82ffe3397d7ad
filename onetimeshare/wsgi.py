"""gunicorn's entrance."""

import io
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetimeshare.settings")
os.environ.setdefault("SERVED", "1")

# The settings read SERVED, so nothing of Django is imported before it is set.
import django
from django.conf import settings
from django.core.management import call_command

from onetimeshare.handler import Handler
from onetimeshare.watched import Watched

django.setup(set_prefix=False)
application = Watched(Handler())
# Django runs its checks for commands only; a server that must not start does not start.
call_command("check", deploy=settings.MODE == "production", stdout=io.StringIO())

"""The product's settings for the rig's processes, and the one place where a twin gets in."""

import os

from onetimeshare.settings import *  # noqa: F403

# The manifest needs collectstatic, which costs seconds and proves nothing here.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
if not os.environ.get("HASHED_AS_SERVED"):
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SLOW_WINDOW_SECONDS = float(os.environ.get("SLOW_WINDOW_SECONDS", SLOW_WINDOW_SECONDS))  # noqa: F405
# Last, so that every module a twin may name is there to be changed.
INSTALLED_APPS += ["tests.faults.twins.Sabotage"]  # noqa: F405

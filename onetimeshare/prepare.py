"""`python -m onetimeshare.prepare`: tables and static files brought up to date, in one process.

Starting Django costs more than either of the two when nothing has changed.
"""

import os

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetimeshare.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()

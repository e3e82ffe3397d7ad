"""gunicorn's entrance."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetimeshare.settings")
os.environ.setdefault("SERVED", "1")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

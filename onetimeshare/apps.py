from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin
from django.db.models.signals import post_migrate


class ProjectConfig(AppConfig):
    name = "onetimeshare"

    def ready(self) -> None:
        from onetimeshare import (
            checks,  # noqa: F401 - importing registers them
            logs,
        )
        from onetimeshare.roles import make_roles

        if settings.MODE == "production":
            logs.watch_faults()
        post_migrate.connect(make_roles, dispatch_uid="roles")


class StaffConfig(admin.AdminConfig):
    default = False
    default_site = "onetimeshare.staff.StaffSite"

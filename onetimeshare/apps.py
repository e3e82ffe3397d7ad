from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "onetimeshare"

    def ready(self) -> None:
        from onetimeshare import checks  # noqa: F401 - importing registers them

"""`python -m tests.fuzzed TARGET [libFuzzer's words]`: one parser, until it breaks or its time is up."""

import os
import sys

import atheris

WATCHED = ["sealing", "ots", "json", "email"]
# Half a minute to begin with, so only where their code is what reads.
OF_THE_SERVER = ["shares", "onetimeshare", "django"]


def main() -> None:
    os.environ.update(MODE="development", SECRET_KEY="for-fuzzing-only")
    os.environ["DJANGO_SETTINGS_MODULE"] = "onetimeshare.settings"
    # What is imported before is not watched, and nothing is learnt from one input for the next.
    watched = WATCHED + OF_THE_SERVER * (sys.argv[1] in ("multipart", "headers"))
    with atheris.instrument_imports(include=watched, enable_loader_override=False):
        import django

        django.setup()
        from tests.fuzzed.targets import TARGETS
    atheris.Setup(sys.argv[1:], TARGETS[sys.argv[1]])
    atheris.Fuzz()


main()

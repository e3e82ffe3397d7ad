"""`python -m onetimeshare.languages collect` after a sentence has changed; `build` makes what runs."""

import os
import sys

import django


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetimeshare.settings")
    os.environ.setdefault("MODE", "development")
    os.environ.setdefault("SECRET_KEY", "for-this-command-only")
    django.setup()
    from onetimeshare.languages import catalogs

    match arguments:
        case ["collect"]:
            for domain, of_code in catalogs.DOMAINS.items():
                messages = of_code()
                for language in catalogs.languages():
                    empty = catalogs.update(language, domain, messages)
                    print(f"{catalogs.path(language, domain)}: {empty} to translate")
        case ["build"]:
            catalogs.build()
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

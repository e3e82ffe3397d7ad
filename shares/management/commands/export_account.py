"""All we hold about one account, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from shares.management.holdings import held
from shares.management.people import person


class Command(BaseCommand):
    help = "Write all that is held about an account to stdout, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, **options: Any) -> None:
        found = held(person(options["email"]))
        self.stdout.write(json.dumps(found, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False))

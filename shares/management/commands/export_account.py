"""All we hold about one account, as JSON."""

import json
import re
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from shares.management.holdings import held
from shares.management.people import person

# What may give a terminal orders, or turn its line around; JSON itself escapes those below a blank only.
_ORDERS = re.compile("[\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Command(BaseCommand):
    help = "Write all that is held about an account to stdout, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, **options: Any) -> None:
        found = held(person(options["email"]))
        text = json.dumps(found, cls=DjangoJSONEncoder, indent=2, ensure_ascii=False)
        self.stdout.write(_ORDERS.sub(lambda order: f"\\u{ord(order[0]):04x}", text))

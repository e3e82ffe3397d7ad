"""The TypeScript twin as a servant. TypeScript needs no stores."""

import json
from typing import Any, Protocol

import pytest

from tests.frontend.bundles import HERE, bundle, run_in_chromium, run_in_node

Json = dict[str, Any]


class Ask(Protocol):
    def __call__(self, orders: list[Json], allow_wasm: bool = True) -> list[Json]: ...


@pytest.fixture(autouse=True)
def _fresh_stores() -> None:
    """Instead of the fixture for tests of the server."""


@pytest.fixture(scope="module", params=["node", "chromium"])
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Gives orders to the TypeScript twin (tests/frontend/sealing/twin.ts), all at once."""
    folder = tmp_path_factory.mktemp("twin")
    in_node = request.param == "node"
    platform = "--platform=node" if in_node else "--platform=browser"
    script = bundle(HERE / "sealing" / "twin.ts", folder, platform)

    def ask(orders: list[Json], allow_wasm: bool = True) -> list[Json]:
        if in_node:
            outcome = run_in_node(script, said=json.dumps(orders))
            assert outcome.returncode == 0, outcome.stderr
            return json.loads(outcome.stdout)
        (folder / "orders.json").write_text(json.dumps(orders))
        return run_in_chromium(script, allow_wasm)

    return ask

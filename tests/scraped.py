"""What /metrics tells, as Prometheus' own reader understands it."""

from prometheus_client.parser import text_string_to_metric_families

TOKEN = "t" * 32
Told = dict[tuple[str, str], float]


def read(text: str) -> Told:
    """(name, value of its label or "") → value. Raises where Prometheus would; no series comes twice."""
    found: Told = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = (sample.name.removeprefix("onetimeshare_"), ",".join(sample.labels.values()))
            assert key not in found, f"{key} twice"
            found[key] = sample.value
    return found


def risen(before: Told, after: Told, name: str) -> dict[str, float]:
    """What a counter grew by, for each label that did."""
    grown = {
        label: after[key] - before[key] for key in after if (label := key[1]) is not None and key[0] == name
    }
    return {label: value for label, value in grown.items() if value}

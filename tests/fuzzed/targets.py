"""Every parser by its name: a function that takes bytes, and fails only where something is wrong."""

from tests.fuzzed import sealed, told

TARGETS = sealed.TARGETS | told.TARGETS

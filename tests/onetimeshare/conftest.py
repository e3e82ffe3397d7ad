"""What belongs to these tests alone."""

from importlib.util import find_spec

# The floors are looked at with a tool of `make check`; where only `make test` has run, it is not there.
collect_ignore = [] if find_spec("importlinter") else ["test_floors.py"]

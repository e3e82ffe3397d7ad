"""`python -m tests.promises`: the page names the tests that the code marks; what changed is unproven."""

from tests.promises.marks import marks
from tests.promises.page import catch_up

if __name__ == "__main__":
    print(*(catch_up(marks()) or ["nothing changed"]))

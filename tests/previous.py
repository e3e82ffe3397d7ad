"""The release before this one: what an upgrade comes from, and what a way back leads to.

`make release` sets both anew. Its code is taken from git where there is a history; its tables are made
by going back to the migrations that it ended with.
"""

COMMIT = "3b03de99ea59c0eace497e948eac50d951a8ce4c"
MIGRATIONS = (("shares", "0005_event_declined"), ("accounts", "0001_people"))

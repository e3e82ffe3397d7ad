"""Without Redis nobody is counted."""


def admits(self):
    return True


REPLACES = {"shares.limits.ProcessCap.admits": admits}

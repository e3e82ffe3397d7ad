"""Who signs in goes on in the session they came with: whoever gave it to them is in too."""


def cycle_key(session):
    session.save()


REPLACES = {"django.contrib.sessions.backends.base.SessionBase.cycle_key": cycle_key}

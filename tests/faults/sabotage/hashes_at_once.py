"""Whoever wants to be hashed is hashed at once, however many there are."""


def held(self):
    yield


REPLACES = {"onetimeshare.slots.Slot.held": held}

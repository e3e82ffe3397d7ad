"""What Postgres' client raises is nobody's business: Django answers 500."""


def process_exception(self, request, error):
    return None


REPLACES = {"onetimeshare.middleware.Refusals.process_exception": process_exception}

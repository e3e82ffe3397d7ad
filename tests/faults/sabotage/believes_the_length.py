"""Where a request says a length and chunks, the length is taken and the chunks are not looked at."""

from tests.faults.twins import replaced

NAME = "gunicorn.http.message.Message.set_body_reader"


def set_body_reader(self):
    if any(name == "CONTENT-LENGTH" for name, _ in self.headers):
        self.headers = [(name, value) for name, value in self.headers if name != "TRANSFER-ENCODING"]
    replaced(NAME)(self)


REPLACES = {NAME: set_body_reader}

"""WSGI apps on free ports of this machine, each served by threads for as long as a test needs it."""

import threading
from contextlib import contextmanager

from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import make_server

NOTICES_ITS_END_S = 0.01
"""How often a server looks whether it is to end. Werkzeug's half second, twice a test, made up minutes of a run."""


MOST_WAITING_S = 10


def free_server(app=None, host="127.0.0.1"):
    """A threaded server on a free port, not started; its app may be given later (`server.app`)."""
    return make_server(host, 0, app, threaded=True)


class Counted:
    """An app that knows how many requests it is at: what they hold (a connection to the database) must be given back before the end.

    A request that was accepted before the end and begins after it (a browser asks until it is closed) is refused.
    """

    def __init__(self, app):
        self.app, self.at_work, self.ended, self.change = app, 0, False, threading.Condition()

    def __call__(self, environ, start_response):
        with self.change:
            if self.ended:
                return ServiceUnavailable()(environ, start_response)
            self.at_work += 1
        try:
            return self.app(environ, start_response)
        finally:
            with self.change:
                self.at_work -= 1
                self.change.notify_all()

    def end(self):
        """Begin no more, and wait for what is in progress."""
        with self.change:
            self.ended = True
            self.change.wait_for(lambda: self.at_work == 0, timeout=MOST_WAITING_S)


@contextmanager
def served(*servers):
    """Start them, and end them afterwards."""
    for server in servers:
        server.app = Counted(server.app)
    threads = [
        threading.Thread(target=server.serve_forever, args=(NOTICES_ITS_END_S,), daemon=True)
        for server in servers
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.app.end()
            server.server_close()

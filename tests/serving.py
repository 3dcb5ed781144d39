"""WSGI apps on free ports of this machine, each served by threads for as long as a test needs it."""

import threading
from contextlib import contextmanager

from werkzeug.serving import make_server

NOTICES_ITS_END_S = 0.01
"""How often a server looks whether it is to end. Werkzeug's half second, twice a test, made up minutes of a run."""


def free_server(app=None, host="127.0.0.1"):
    """A threaded server on a free port, not started; its app may be given later (`server.app`)."""
    return make_server(host, 0, app, threaded=True)


@contextmanager
def served(*servers):
    """Start them, and end them afterwards."""
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
            server.server_close()

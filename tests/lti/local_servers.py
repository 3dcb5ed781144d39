"""The demo LMS and our published keys on local ports, in threads, for as long as a test needs them."""

import json
from contextlib import contextmanager

from serving import free_server, served
from werkzeug.wrappers import Response

from lti_tool.db.connect import transaction
from lti_tool.lti.keys import public_jwks


@contextmanager
def serving(make_app):
    """Serve `make_app(port)` on a free port of this machine; gives the port."""
    server = free_server()
    server.app = make_app(server.server_port)
    with served(server):
        yield server


def key_list_app(sessions, now):
    """What the tool serves at its key list address."""

    def answer(environ, start_response):
        with transaction(sessions) as session:
            body = json.dumps(public_jwks(session, now()))
        return Response(body, mimetype="application/json")(environ, start_response)

    return answer

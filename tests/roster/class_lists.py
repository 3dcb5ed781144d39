"""Answers of an LMS that a class list must survive."""

import json

import httpx

MEMBERS = 26
"""A teacher and twenty-five students of grade 7."""


def with_next(target):
    """An answer that names `target` as its next page."""

    def change(response):
        headers = [(name, value) for name, value in response.headers.items() if name != "link"]
        return httpx.Response(
            response.status_code,
            headers=[*headers, ("Link", f'<{target}>; rel="next"')],
            content=response.content,
        )

    return change


def refused(status, **headers):
    """An LMS that does not answer the question."""
    return lambda response: httpx.Response(status, headers=headers, content=b"{}")


def edited(change):
    """An answer whose JSON `change` has edited in place."""

    def make(response):
        body = json.loads(response.content)
        change(body)
        headers = [(name, value) for name, value in response.headers.items() if name != "content-length"]
        return httpx.Response(response.status_code, headers=headers, content=json.dumps(body).encode())

    return make

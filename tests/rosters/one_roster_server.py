"""A small OneRoster server that keeps the contract: client credentials, scopes, paging, filters, tokens that expire, 429."""

import base64
import json
import re
from datetime import datetime
from urllib.parse import parse_qs, quote

from sis import CLASSES, ENROLLMENTS, ORGS, TERMS, USERS

SCOPE = "https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly"
ROOTS = {"1.1": "/ims/oneroster/v1p1", "1.2": "/ims/oneroster/rostering/v1p2"}


class OneRosterServer:
    """A WSGI app. Attributes say how it behaves; `seen` is what it was asked."""

    def __init__(self, version="1.1"):
        self.root, self.version = ROOTS[version], version
        self.page, self.links, self.total = 2, True, True
        self.token_uses = 10**6
        """So many requests a token is good for."""
        self.busy = []
        """Answers to give first: (status, headers)."""
        self.seen, self.tokens, self.waited = [], {}, []
        self.next_elsewhere = False
        self.lists = {
            "orgs": ORGS,
            "academicSessions": TERMS,
            "classes": [_class(row) for row in CLASSES],
            "users": [_user(row, version) for row in USERS],
            "enrollments": [_enrollment(row) for row in ENROLLMENTS],
        }

    def __call__(self, environ, start_response):
        status, body, headers = self._answer(environ)
        start_response(f"{status} X", [("Content-Type", "application/json"), *headers])
        return [json.dumps(body).encode()]

    def _answer(self, environ):
        path, query = (
            environ["PATH_INFO"],
            {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()},
        )
        if path == "/token":
            return self._token(environ)
        self.seen.append((path.removeprefix(self.root), query))
        if self.busy:
            status, headers = self.busy.pop(0)
            return status, {}, headers
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) <= 0:
            return 401, {}, []
        self.tokens[token] -= 1
        name = path.removeprefix(self.root + "/")
        if not path.startswith(self.root + "/") or name not in self.lists:
            return 404, {}, []
        return self._page(environ, name, query)

    def _token(self, environ):
        form = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
        told = base64.b64decode(environ.get("HTTP_AUTHORIZATION", "Basic ").removeprefix("Basic ")).decode()
        if (told, form.get("grant_type"), form.get("scope")) != (
            "infolit:s3cret",
            ["client_credentials"],
            [SCOPE],
        ):
            return 401, {"error": "invalid_client"}, []
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = self.token_uses
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": 3600}, []

    def _page(self, environ, name, query):
        rows = sorted(self.lists[name], key=lambda row: row[query["sort"]])
        if since := re.fullmatch(r"dateLastModified>'(.+)'", query.get("filter", "")):
            after = datetime.fromisoformat(since[1])
            rows = [
                row
                for row in rows
                if "dateLastModified" in row and datetime.fromisoformat(row["dateLastModified"]) > after
            ]
        offset, limit = int(query["offset"]), min(int(query["limit"]), self.page)
        headers = [("X-Total-Count", str(len(rows)))] if self.total else []
        if self.links:
            host = "elsewhere.example" if self.next_elsewhere else environ["HTTP_HOST"]
            more = {**query, "offset": offset + limit}
            asked = "&".join(f"{key}={quote(str(value))}" for key, value in more.items())
            url = f"http://{host}{self.root}/{name}?{asked}"
            headers.append(("Link", f'<{url}>; rel="{"next" if offset + limit < len(rows) else "first"}"'))
        return 200, {name: rows[offset : offset + limit]}, headers


def _ref(row, key):
    return {"sourcedId": row[key], "href": "x", "type": "x"}


def _common(row):
    return {key: row[key] for key in ("sourcedId", "status", "dateLastModified") if key in row}


def _class(row):
    return _common(row) | {
        "title": row["title"],
        "grades": [row["grades"]],
        "school": _ref(row, "schoolSourcedId"),
        "terms": [_ref(row, "termSourcedIds")],
    }


def _enrollment(row):
    return _common(row) | {
        "role": row["role"],
        "class": _ref(row, "classSourcedId"),
        "user": _ref(row, "userSourcedId"),
    }


def _user(row, version):
    ids = [
        dict(zip(("type", "identifier"), pair.split(":"), strict=True))
        for pair in re.findall(r"\{(.+?)\}", row["userIds"])
    ]
    user = _common(row) | {
        key: row[key] for key in ("givenName", "familyName", "email", "identifier", "username")
    }
    user |= {
        "userIds": ids,
        "grades": row["grades"].split(",") if row["grades"] else [],
        "password": "hunter2",
    }
    org = _ref(row, "orgSourcedIds")
    if version == "1.1":
        return user | {"role": row["role"], "orgs": [org]}
    return user | {"primaryOrg": org, "roles": [{"roleType": "primary", "role": row["role"], "org": org}]}

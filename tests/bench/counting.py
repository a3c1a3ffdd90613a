"""How many queries an act makes, counted in this process with whatever Django is set up here."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

# Django logs these beside the queries.
_NOT_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def queries_of(steps: list[dict], cookies: dict[str, str]) -> int:
    """`steps` as the clients walk them (see clients.Step). Raises AssertionError on an unexpected answer."""
    client = Client()  # without the check of the token, which asks no query
    client.cookies.load(cookies)
    with CaptureQueriesContext(connection) as captured:
        for step in steps:
            _walk(client, step)
    return sum(not query["sql"].startswith(_NOT_QUERIES) for query in captured.captured_queries)


def _walk(client: Client, step: dict) -> None:
    headers = {**step.get("headers", {}), "host": "127.0.0.1"}
    if step["method"] == "POST":
        kind = "application/x-www-form-urlencoded"
        response = client.post(step["path"], step["body"], content_type=kind, headers=headers)
    else:
        response = client.get(step["path"], headers=headers)
    if step.get("follow"):
        response = client.get(response["Location"], headers=headers)
    assert response.status_code == step["status"], f"{step['path']}: {response.status_code}"

"""Whether the server is as its description says: each call's answer fits its schema, and has no field that is not in it.

What calls there are at all, the Swift tests compare. Usage: conformance.py, with the address and a token in the environment.
"""

import base64
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from jsonschema import Draft202012Validator

ADDRESS = os.environ["NEXUS_ADDRESS"] + "/api/v1"
TOKEN = os.environ["NEXUS_TOKEN"]
findings = []
called = set()


def send(method, path, body=None, token=TOKEN, headers=None):
    """The status, the media type and the text of an answer."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(ADDRESS + path, data=data, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if data is not None:
        request.add_header("Content-Type", "application/json")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers.get("Content-Type", ""), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Content-Type", ""), error.read().decode()


DESCRIPTION = json.loads(send("GET", "/openapi.json")[2])


def closed(schema):
    """The schema with every object closed, as for a test an undocumented field is a mistake."""
    if isinstance(schema, list):
        return [closed(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: closed(value) for key, value in schema.items()}
    if "properties" in copy and copy.get("type") == "object":
        copy.setdefault("additionalProperties", False)
    return copy


COMPONENTS = closed(DESCRIPTION["components"])


def resolved(node):
    if "$ref" not in node:
        return node
    for step in node["$ref"].split("/")[1:]:
        document = COMPONENTS if step == "components" else document[step]
    return document


def check(method, path, template=None, expect=None, body=None, **options):
    """Calls, and compares the answer with the description; returns its document."""
    template = template or path.split("?")[0]
    operation = DESCRIPTION["paths"][template][method.lower()]
    status, media_type, text = send(method, path, body, **options)
    if status < 400:
        called.add((method, template))
    name = f"{method} {path}: {status}"
    if expect is not None and status != expect:
        findings.append(f"{name} instead of {expect}: {text}")
    response = resolved(operation["responses"].get(str(status), operation["responses"]["default"]))
    content = response.get("content", {})
    if not content:
        if text:
            findings.append(f"{name}: there is a body")
        return None
    media_type = media_type.split(";")[0]
    if media_type not in content:
        findings.append(f"{name}: {media_type} instead of {', '.join(content)}")
        return None
    document = json.loads(text)
    schema = closed(content[media_type]["schema"]) | {"components": COMPONENTS}
    for error in Draft202012Validator(schema).iter_errors(document):
        findings.append(f"{name}: {error.json_path}: {error.message}")
    return document


def wait():
    while (job := check("GET", "/job", expect=200))["id"] != 0:
        time.sleep(0.2)
    return job


def files(backup):
    """What is in a backup, with a name that is no text among them."""
    template = "/backups/{id}/files"
    path = f"/backups/{backup}/files"
    # The index is made after the export has ended.
    while (sources := check("GET", path, template)).get("code") == "Busy":
        time.sleep(0.1)
    assert [entry["path"] for entry in sources["entries"]] == ["data", "system"] and not sources["more"], sources
    entries = check("GET", f"{path}?path=system/etc/&limit=1", template, expect=200)
    assert entries["more"] and entries["entries"][0]["path"] == "system/etc/hostname", entries
    entries = check("GET", f"{path}?path=%2Fsystem%2Fetc&offset=1", template, expect=200)["entries"]
    assert [entry["display"] for entry in entries] == ["hosts", "name"] and entries[1]["type"] == "symlink", entries
    strange = check("GET", f"{path}?path=data/strange", template, expect=200)["entries"][0]
    assert "path" not in strange and strange["display"] == "\\xff", strange
    place = urllib.parse.quote(strange["path_base64"])
    below = check("GET", f"{path}?path_base64={place}", template, expect=200)["entries"][0]
    assert base64.b64decode(below["path_base64"]) == b"data/strange/\xff/below", below
    found = check("GET", "/search?text=HOSTN", expect=200)["matches"]
    assert [match["path"] for match in found if match["id"] == backup] == ["system/etc/hostname"], found
    assert check("GET", "/search?text=nothing+is+called+so", expect=200)["matches"] == []
    for query in ("?path=system/etc/hosts", "?limit=0", "?limit=10001", "?offset=-1", "?colour=red", "?path=a&path=b", "?path=%", "?path_base64=*"):
        check("GET", path + query, template, expect=400)
    check("GET", f"{path}?path=system/nothing", template, expect=404)
    check("GET", "/backups/4294967295/files", template, expect=404)
    for query in ("", "?text=ab", "?text=", "?text=%ff%ff%ff", "?text=a%00bc", "?text=abc&limit=1001"):
        check("GET", "/search" + query, expect=400)


def calls():
    check("GET", "/session", expect=200)
    snapshot = check("POST", "/snapshots", expect=201, body={"system": True, "data": True, "description": "conformance"})["id"]
    check("GET", "/snapshots", expect=200)
    check("POST", "/backups", expect=202, body={"id": snapshot, "password": "correct horse"})
    check("POST", "/backups", expect=409, body={"id": snapshot, "password": "correct horse"})
    check("DELETE", f"/snapshots/{snapshot}", "/snapshots/{id}", expect=409)
    check("POST", "/job/cancel", expect=204)
    check("POST", "/job/cancel", expect=409)
    check("POST", "/backups", expect=202, body={"id": snapshot, "password": "correct horse"})
    assert wait()["last_result"] == "done"
    check("GET", "/backups", expect=200)
    files(snapshot)
    check("GET", "/overview", expect=200)
    check("POST", f"/backups/{snapshot}/verify", "/backups/{id}/verify", expect=202, body={"password": "wrong"})
    assert wait()["last_error_name"] == "tech.noreya.Error.BadPassword"
    order = {"paths": ["system/etc/hosts"], "mode": "beside"}
    template = "/backups/{id}/restore"
    check("POST", f"/backups/{snapshot}/restore", template, expect=202, body=order)
    restored = wait()["last_restored"]
    assert (restored["from"], restored["created"]) == ("snapshot", 1), restored
    for wrong in (
        {}, order | {"mode": "elsewhere"}, order | {"target": "/tmp"}, order | {"mode": "directory"}, order | {"paths": []},
        order | {"paths": ["../x"]}, order | {"paths": [""]}, order | {"paths_base64": ["*"]}, order | {"password": "a\nb"},
        order | {"mode": "directory", "target": "relative"},
    ):
        check("POST", f"/backups/{snapshot}/restore", template, expect=400, body=wrong)
    check("POST", "/backups/4294967295/restore", template, expect=404, body=order)
    undo = check("POST", f"/snapshots/{snapshot}/activate", "/snapshots/{id}/activate", expect=200)["undo_id"]
    check("POST", f"/snapshots/{undo}/activate", "/snapshots/{id}/activate", expect=200)
    check("DELETE", f"/backups/{snapshot}", "/backups/{id}", expect=204)
    check("DELETE", f"/backups/{snapshot}", "/backups/{id}", expect=404)
    check("DELETE", f"/snapshots/{snapshot}", "/snapshots/{id}", expect=204)
    check("GET", "/openapi.json", expect=200)


def refusals():
    order = {"system": True, "data": True}
    for template, operations in DESCRIPTION["paths"].items():
        for method in operations.keys() - {"parameters"}:
            check(method.upper(), template.replace("{id}", "1"), template, expect=401, token=None)
    check("GET", "/job", expect=401, token="nxb_" + "0" * 64)
    for body in (
        b"", b"{", b"[]", b"null", b"\xff", {"system": True}, order | {"colour": "red"}, order | {"system": 1},
        {"system": False, "data": False}, order | {"description": None, "data": "yes"},
    ):
        check("POST", "/snapshots", expect=400, body=body)
    check("POST", "/snapshots", expect=400, body=order | {"description": "x" * 5000})
    check("POST", "/snapshots", expect=415, body=order, headers={"Content-Type": "text/plain"})
    check("POST", "/snapshots", expect=403, body=order, headers={"Origin": "http://elsewhere.example"})
    for password in ("", "x" * 256, "two\nlines", "\u0000"):
        check("POST", "/backups", expect=400, body={"id": 1, "password": password})
    for number in (0, -1, 1.5, 4294967296, "1", None):
        check("POST", "/backups", expect=400, body={"id": number, "password": "x"})
    check("POST", "/backups", expect=404, body={"id": 4294967295, "password": "x"})
    for number in ("0", "-1", "x", "4294967296", "1.0", "%31"):
        check("DELETE", f"/snapshots/{number}", "/snapshots/{id}", expect=404)
    status, media_type, text = send("PUT", "/snapshots", b"{}")
    assert (status, media_type) == (405, "application/problem+json"), (status, media_type, text)
    status, media_type, text = send("GET", "/nothing")
    assert (status, media_type) == (404, "application/problem+json"), (status, media_type, text)


calls()
refusals()
known = {(method.upper(), path) for path, item in DESCRIPTION["paths"].items() for method in item if method != "parameters"}
# What never ends is looked at elsewhere.
for method, path in sorted(known - called - {("GET", "/events")}):
    findings.append(f"{method} {path} was not called")
for finding in findings:
    print(finding, file=sys.stderr)
print(f"{len(called)} calls, {len(findings)} findings")
sys.exit(1 if findings else 0)

"""Google's packaged discovery document as a judge of what is answered."""

import json
import re
from datetime import date, datetime
from importlib import resources
from urllib.parse import urlsplit


class Discovery:
    def __init__(self):
        documents = resources.files("googleapiclient.discovery_cache.documents")
        self.document = json.loads((documents / "calendar.v3.json").read_text())
        self.methods = list(methods(self.document["resources"]))
        self.judged = set()
        # Whether the client asked for a part of the answer only.
        self.is_part = False

    def judge(self, verb, url, status, body):
        """Holds the answer to a request against the schema of the method's response."""
        method = self.method(verb, urlsplit(url).path.removeprefix("/calendar/v3/"))
        assert method, f"{verb} {url} is no method of the discovery document"
        if status == 304 or status >= 400:
            return
        self.judged.add(method["id"])
        if "response" not in method:
            assert status == 204 and not body, f"{method['id']} answers nothing, not {body!r}"
            return
        assert status == 200, f"{method['id']} answers 200, not {status}"
        self.is_part = "fields=" in urlsplit(url).query
        self.check(json.loads(body), method["response"], method["id"])

    def method(self, verb, path):
        found = [
            method for method in self.methods
            if method["httpMethod"] == verb and pattern(method["path"]).fullmatch(path)]
        # `events/watch` looks like an event called watch; the fixed name wins.
        return min(found, key=lambda method: method["path"].count("{"), default=None)

    def check(self, value, schema, where):
        if "$ref" in schema:
            schema = self.document["schemas"][schema["$ref"]]
        kind = schema.get("type", "object")
        if kind == "object":
            self.check_object(value, schema, where)
        elif kind == "array":
            assert isinstance(value, list), f"{where} is no array: {value!r}"
            for index, element in enumerate(value):
                self.check(element, schema["items"], f"{where}[{index}]")
        elif kind == "string":
            check_string(value, schema, where)
        elif kind == "boolean":
            assert isinstance(value, bool), f"{where} is no boolean: {value!r}"
        elif kind == "integer":
            assert isinstance(value, int) and not isinstance(value, bool), f"{where}: {value!r}"
            assert -(2**31) <= value < 2**31, f"{where} is no int32: {value}"
        else:
            raise AssertionError(f"{where}: a schema of type {kind}")

    def check_object(self, value, schema, where):
        assert isinstance(value, dict), f"{where} is no object: {value!r}"
        properties = schema.get("properties", {})
        for name, member in value.items():
            known = properties.get(name, schema.get("additionalProperties"))
            assert known is not None, f"{where} has no {name}"
            self.check(member, known, f"{where}.{name}")
        if self.is_part:
            return
        for name in ("kind", "etag"):
            if name in properties and properties[name].get("default", True):
                assert value.get(name), f"{where} lacks {name}"
        kind = properties.get("kind", {}).get("default")
        assert not kind or value["kind"] == kind, f"{where} is a {value['kind']}"


def methods(resources_):
    for resource in resources_.values():
        yield from resource.get("methods", {}).values()
        yield from methods(resource.get("resources", {}))


def pattern(template):
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


def check_string(value, schema, where):
    assert isinstance(value, str), f"{where} is no string: {value!r}"
    form = schema.get("format")
    if form == "date-time":
        assert datetime.fromisoformat(value).utcoffset() is not None, f"{where}: {value}"
    elif form == "date":
        date.fromisoformat(value)
    elif form == "int64":
        int(value)
    if "enum" in schema:
        assert value in schema["enum"], f"{where}: {value}"

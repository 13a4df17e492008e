"""Was every record signed with a key in its window, and do issuer.yml and the key events of the log agree?"""

from __future__ import annotations

from typing import Any

from issuer.audit.checks import Check, Checking
from issuer.audit.decided import Standing
from issuer.audit.material import Found, Material, span
from issuer.config import KeyWindow
from issuer.log import place_of


def check_records(material: Material, logged: dict[str, Standing]) -> Check:
    """Every key that signed a record is of issuer.yml, for credentials, announced before, and its window holds the record's log index.
    What a stolen key signed counts for nothing, so it must have been replaced or revoked. logged: what the log says of each id."""
    check = Checking("record-keys")
    announced = _announced(material)
    keys: set[str] = set()
    count = void = 0
    for record in material.records():
        count += 1
        keys.update(record.row.keys)
        if _is_void(material, record):
            void += 1
            standing = logged.get(record.row.id)
            if record != material.newest[record.row.id] or (standing is not None and standing.state == "revoked"):
                continue
        for key in record.row.keys:
            _record_key(check, material, record, key, announced.get(key))
    check.counts = {"records": count, "keys": len(keys), "void": void}
    return check.done()


def _record_key(check: Checking, material: Material, record: Found, key: str, added: int | None) -> None:
    window = material.windows.get(key)
    logged = material.log.issued.get(record.row.digest)
    index = None if logged is None else logged.index
    if window is None:
        check.add("key-unknown", place=record.place, index=index, key=key)
    elif "credentials" not in window.use:
        check.add("key-not-for-credentials", place=record.place, index=index, key=key)
    elif index is None:  # the check of the log says so
        return
    elif not window.from_ <= index or (window.until is not None and index >= window.until):
        variant = None if window.compromised is None else "compromised"
        check.add("key-outside-window", place=record.place, index=index, variant=variant, key=key, window=span(window))
    elif added is not None and index < added:
        check.add("key-not-yet-announced", place=record.place, index=index, key=key, added=added)


def _is_void(material: Material, record: Found) -> bool:
    logged = material.log.issued.get(record.row.digest)
    return any(material.config.is_void(key, None if logged is None else logged.index) for key in record.row.keys)


def check_log(material: Material) -> Check:
    """Each key event has its counterpart in issuer.yml, and each key of issuer.yml its events."""
    check = Checking("log-keys")
    said: dict[tuple[str, str], int] = {}
    for index, event in material.log.keys:
        what = event["event"].removeprefix("key-")
        if (event["key"], what) in said:
            check.add("key-event-twice", place=place_of(index), index=index, key=event["key"], event=what)
            continue
        said[event["key"], what] = index
        window = material.windows.get(event["key"])
        if window is None:
            check.add("key-gone", place=place_of(index), index=index, key=event["key"])
        else:
            _agrees(check, window, index, event, what)
    for window in material.config.keys if material.log.size else ():
        for what, due in (("added", True), ("retired", window.until is not None), ("compromised", window.compromised is not None)):
            if due and (window.key, what) not in said:
                check.add("key-unannounced", key=window.key, event=what)
    check.counts = {"keys": len(material.config.keys), "events": len(material.log.keys)}
    return check.done()


def _agrees(check: Checking, window: KeyWindow, index: int, event: dict[str, Any], what: str) -> None:
    place = place_of(index)
    if what == "added" and event["use"] != sorted(window.use):
        logged, use = ", ".join(event["use"]), ", ".join(sorted(window.use))
        check.add("key-use-changed", place=place, index=index, key=window.key, logged=logged, use=use)
    elif what == "retired" and window.until is None:
        check.add("key-reopened", place=place, index=index, key=window.key)
    elif what == "retired" and window.until is not None and window.until > index:
        check.add("key-window-late", place=place, index=index, key=window.key, until=window.until)
    elif what == "compromised" and (window.compromised is None or window.until != event["from"]):
        check.add("key-cleared", place=place, index=index, key=window.key, start=event["from"])


def _announced(material: Material) -> dict[str, int]:
    """Where the log announces each key."""
    return {event["key"]: index for index, event in reversed(material.log.keys) if event["event"] == "key-added"}

"""issuer rotate: new signing keys in place of old ones. issuer.rotation says in which order, and what a kill leaves."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shlex
from dataclasses import dataclass
from pathlib import Path

import click

from issuer import config_edit, durable, key_file, key_ring, log, records, rotation, signing
from issuer.commands.agreement import verify_start
from issuer.commands.session import Result, Session, counted
from issuer.commands.settling import settle
from issuer.config import ISSUER_YML, USES, KeyWindow, Use
from issuer.errors import RefusedError, UsageError
from issuer.formats import multikey, timestamp
from issuer.key_file import KeyFile
from issuer.rotation import Loss, Rotation
from issuer.signing import AtHand, Keys

_ANEW: dict[Use, str] = {"status": "status lists", "log": "checkpoints"}
"""What a key of this use signs again and again, so that nothing old of it is needed."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. uses: empty for all; apart: one new key for each use; lost: the old keys are in other hands, from the log entry
    first or the day since on; out: a new file for the secrets; keys_only: leave records/ alone."""

    uses: tuple[Use, ...] = ()
    apart: bool = False
    lost: bool = False
    first: int | None = None
    since: dt.date | None = None
    out: Path | None = None
    keys_only: bool = False


@click.command()
@click.option(
    "--use", "uses", type=click.Choice(USES), multiple=True, help="Only the key for this; give it again for more. Default: every key."
)
@click.option("--apart", is_flag=True, help="One new key for each use, where one key was for several.")
@click.option("--compromised", "lost", is_flag=True, help="The old keys are in other hands: what they sign from now on does not count.")
@click.option("--from", "first", type=click.IntRange(0), metavar="INDEX", help="With --compromised: … from this log entry on.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="With --compromised: … from the first log entry of this day on (UTC).",
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the new secrets to this new file, not into the old key file."
)
@click.option(
    "--keys-only", is_flag=True, help="Leave records/ to the next `issuer issue`: for repositories in which only CI writes there."
)
@click.option("--dry-run", is_flag=True, help="Show what would end and begin, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask. Without a terminal nothing is asked either.")
@click.pass_obj
def command(
    session: Session,
    uses: tuple[Use, ...],
    first: int | None,
    since: dt.datetime | None,
    out: Path | None,
    *,
    apart: bool,
    lost: bool,
    keys_only: bool,
    dry_run: bool,
    yes: bool,
) -> Result:
    """Replace signing keys. Certificates that the old ones signed stay valid.

    Makes the new keys, puts their secrets into the key file, ends the old windows in issuer.yml and begins new ones at the log's next
    entry, signs status lists and log anew, and moves the old secrets to a file beside the key file, for you to destroy. A run that was
    stopped is completed by the next one.

    With --compromised nothing that an old key signed at that log entry or later counts any more, here or elsewhere; what it signed before
    stays valid. The next `issuer issue` signs again what was yours among it.
    """
    given = [option for option in (first, since) if option is not None]
    if len(given) > int(lost):
        raise UsageError("--from and --since go with --compromised, and not with each other", hint="see `issuer rotate --help`")
    order = Order(uses, apart, lost, first, since.date() if since else None, out and out.expanduser(), keys_only)
    folder = session.repository / records.FOLDER
    folder.mkdir(exist_ok=True)
    with durable.exclusive(folder):
        return rotate(session, order, ask=session.interactive and not yes, dry_run=dry_run)


def rotate(session: Session, order: Order, *, ask: bool = False, dry_run: bool = False) -> Result:
    """Do it; the caller holds records/. Raises KeyUnusableError, RefusedError, UsageError, StorageError."""
    target = _target(session, order, _at_hand(session))
    verify_start(session)
    our_log = log.load(session.repository, session.config)
    if isinstance(target, KeyFile):
        logged = [key for key, state in our_log.keys.items() if state != "added"]
        left = rotation.unfinished(target, session.config, logged, _newest_retired(our_log), beside=order.out is None)
        known = all(window.key in logged for window in left)
        if left and not (order.lost and known):  # where a key leaked, one rotation too many does no harm
            return _finish_first(session, order, target, left, ask=ask, dry_run=dry_run)
    return _replace(session, order, our_log, ask=ask, dry_run=dry_run)


def _replace(session: Session, order: Order, our_log: log.Log, *, ask: bool, dry_run: bool) -> Result:
    hand = _at_hand(session)
    target = _target(session, order, hand)
    pending = rotation.pending(target, session.config, our_log.keys) if isinstance(target, KeyFile) else ()
    usable = () if order.lost else pending  # whoever has the old keys may have the whole file
    planned = rotation.plan(
        session.config, order.uses or USES, our_log.size, apart=order.apart, loss=_loss(session, order, our_log), pending=usable
    )
    _refuse_unlogged(session, planned, our_log)
    text = (session.repository / ISSUER_YML).read_bytes().decode()
    changed = config_edit.with_keys(text, session.config, planned.after)
    shown = _plan_lines(session, planned, our_log)
    if dry_run:
        return Result((*shown, "Nothing was written."), {**_data(planned), "begun": _begun(planned, made=False)})
    if ask:
        session.confirm("\n".join([*shown, "Change the keys?"]))
    title = f"Issuer signing keys of {session.config.name}"
    if isinstance(target, Path):
        key_file.store(target, key_ring.render(planned.secrets, title))
    else:
        target = rotation.add(target, planned.secrets, pending if order.lost else (), title)
    void = _void_lines(session, planned, our_log)
    done = _carry_out(session, hand, target, planned, changed, order)
    return dataclasses.replace(done, lines=(*_result_lines(planned), *void, "", *done.lines))


def _carry_out(session: Session, hand: AtHand, target: KeyFile | Path, planned: Rotation, text: str, order: Order) -> Result:
    """The steps of issuer.rotation after the first, and what is next. text: of the new issuer.yml."""
    path = target if isinstance(target, Path) else target.path
    durable.write(session.repository / ISSUER_YML, text.encode())
    renewed = dataclasses.replace(session)  # reads issuer.yml again
    keys = Keys(renewed.config, [*hand.keys, *(signing.SecretKey(secret.seed) for secret in planned.secrets)])
    settled = not order.keys_only and _settle(renewed, keys)
    moved = rotation.move_retired(target, renewed.config, session.now.date()) if isinstance(target, KeyFile) else None
    return Result(
        tuple(_next_lines(session, path, moved, settled=settled, lost=order.lost)),
        {**_data(planned), "secret_file": str(path), "retired_file": None if moved is None else str(moved), "settled": settled},
    )


def _newest_retired(our_log: log.Log) -> set[str]:
    """The keys that the log's last entries say were retired, behind which nothing else was logged."""
    found: set[str] = set()
    for index in reversed(range(our_log.size)):
        value = log.parse_entry(our_log.entry(index))
        if not value["event"].startswith("key-"):
            break
        if value["event"] != "key-added":
            found.add(value["key"])
    return found


def _finish_first(
    session: Session, order: Order, target: KeyFile, left: tuple[KeyWindow, ...], *, ask: bool = False, dry_run: bool = False
) -> Result:
    """What an earlier run was to do after it had changed issuer.yml, and then what is asked for beyond it. left: the windows that it
    ended."""
    line = f"The keys in {target.path} are in use already: an earlier rotation was not finished."
    alarm = order.lost and any(window.compromised is not None for window in left)
    renewed = {use for window in left for use in window.use}
    rest = order.uses if order.lost else tuple(use for use in order.uses or USES if use not in renewed)
    more = order.lost or bool(rest)
    if dry_run:
        then = ", and after it what you ask for is done" if more else ""
        return Result((line, f"Without --dry-run it will be{then}. Nothing was written."), {"unfinished": True})
    finished = _finish(session, _at_hand(session), target, order, lost=any(window.compromised is not None for window in left))
    if alarm:
        again = "If that was for the same keys, all is done. If a key that is in use now leaked, run it again."
        return dataclasses.replace(
            finished, lines=(f"{line} It is now. No further keys were made.", again, "", *finished.lines), exit_code=1
        )
    if not more:
        return dataclasses.replace(finished, lines=(f"{line} It is now. No further keys were made.", "", *finished.lines))
    our_log = log.load(session.repository, session.config)
    done = _replace(session, dataclasses.replace(order, uses=rest), our_log, ask=ask, dry_run=False)
    lines = [f"{line} It is now."]
    if finished.data["retired_file"] is not None:
        lines.append(f"The keys that it retired are in {finished.data['retired_file']}: destroy it.")
    if order.lost:
        lines += [f"retired  {window.key}   {', '.join(window.use)}   not marked as compromised" for window in left]
        lines.append("If these leaked as well, mark them as the guide says (site/guide/keys.md).")
    return dataclasses.replace(done, lines=(*lines, "", *done.lines))


def _finish(session: Session, hand: AtHand, target: KeyFile, order: Order, *, lost: bool) -> Result:
    settled = not order.keys_only and _settle(session, Keys(session.config, [*hand.keys, *_keys_in(target)]))
    moved = rotation.move_retired(target, session.config, session.now.date())
    lines = tuple(_next_lines(session, target.path, moved, settled=settled, lost=lost))
    data = {"unfinished": True, "secret_file": str(target.path), "retired_file": None if moved is None else str(moved), "settled": settled}
    return Result(lines, data)


def _at_hand(session: Session) -> AtHand:
    """What is at hand; nothing is an answer too: a key that is lost is replaced like any other."""
    names = (signing.ENVIRONMENT, signing.ENVIRONMENT_FILE)
    if not any(session.environment.get(name) for name in names):
        return AtHand((), ())
    return signing.at_hand(session.environment, session.repository, session.config, ask=session.ask_secret)


def _target(session: Session, order: Order, hand: AtHand) -> KeyFile | Path:
    """Where the new secrets go: a file that is there, or the path of one to make."""
    if order.out is None and len(hand.files) == 1:
        return hand.files[0]
    if order.out is None:
        raise UsageError(
            "there is no one key file to put the new keys into", hint="say where they go: --out FILE, outside every repository"
        )
    if not order.out.exists():
        key_file.refuse_inside(order.out)
        return order.out
    passphrase = signing.passphrase_from(session.environment, session.ask_secret)
    return key_file.read(str(order.out), session.repository, passphrase, hint="choose another file")


def _keys_in(file: KeyFile) -> list[signing.SecretKey]:
    return [signing.SecretKey(secret.seed) for secret in signing.secrets_in(file.text, str(file.path))]


def _settle(session: Session, keys: Keys) -> bool:
    """Sign lists and log if anything was ever issued and their keys are at hand. Returns whether it did."""
    ready = (session.repository / log.CHECKPOINT).exists() and keys.has("status") and keys.has("log")
    if ready:
        settle(session, keys)
    return ready


def _refuse_unlogged(session: Session, planned: Rotation, our_log: log.Log) -> None:
    """What an old key signed must be in the log before its window ends; else it would never count."""
    ended = {window.key for window in planned.ended}
    for record in records.read(session.repository):
        if record.key in ended and record.digest() not in our_log.issued:
            raise RefusedError(
                "this record is in no log yet, and would be outside the old key's window",
                place=record.place,
                hint="run `issuer issue` with the old keys first; take it out if it is not yours",
            )


def _loss(session: Session, order: Order, our_log: log.Log) -> Loss | None:
    if not order.lost:
        return None
    first = our_log.size if order.first is None else order.first
    if first > our_log.size:
        raise UsageError(f"--from {first} is beyond the end of the log, which has {our_log.size:,} entries", hint="leave it out")
    if order.since is not None and order.since > session.now.date():
        raise UsageError(f"--since {order.since.isoformat()} is in the future", hint="leave it out: from now on is the default")
    if order.since is not None:
        first = _first_since(session, order.since, our_log)
    return Loss(first, session.now.date())


def _first_since(session: Session, day: dt.date, our_log: log.Log) -> int:
    """Index of the first entry of a day or later (UTC), the log's size if there is none."""
    for index, entry in enumerate(log.entries(session.repository)):
        if timestamp.parse(json.loads(entry)["time"]).date() >= day:
            return index
    return our_log.size


def _plan_lines(session: Session, planned: Rotation, our_log: log.Log) -> list[str]:
    lines = [f"ends     {window.key}   {', '.join(window.use)}   {_window_words(window)}" for window in planned.ended]
    lines += [f"begins   a new key   {', '.join(window.use)}   from log entry {window.from_} on" for window in planned.begun]
    return [*lines, *_reach_lines(planned), *_void_lines(session, planned, our_log)]


def _void_lines(session: Session, planned: Rotation, our_log: log.Log) -> list[str]:
    """How many certificates do not count any more."""
    void = sum(planned.after.is_void(record.key, our_log.issued.get(record.digest())) for record in records.current(session.repository))
    if not void:
        return []
    them = "it" if void == 1 else "them"
    return [f"{counted(void, 'certificate')} will no longer be valid until the next `issuer issue` signs {them} again"]


def _reach_lines(planned: Rotation) -> list[str]:
    """That --from or --since reaches back to before a key was in use."""
    if planned.loss is None:
        return []
    late = sorted({window.from_ for window in planned.ended if window.from_ > planned.loss.first})
    return [
        f"the key in use begins at its own first entry, {first}, not at entry {planned.loss.first}: keys before it are not covered; "
        "if one of them leaked, mark it as the guide says (site/guide/keys.md)"
        for first in late
    ]


def _window_words(window: KeyWindow) -> str:
    words = []
    if window.compromised is not None and window.until == window.from_:
        words.append("compromised: nothing that it signed counts")
    elif window.compromised is not None:
        words.append(f"compromised: nothing from log entry {window.until} on counts")
    elif "credentials" in window.use:
        words.append(f"what it signed before log entry {window.until} stays valid")
    anew = [_ANEW[use] for use in window.use if use in _ANEW]
    if anew:
        words.append(f"{' and '.join(anew)} are signed anew with the new key")
    return "; ".join(words)


def _result_lines(planned: Rotation) -> list[str]:
    lines = [f"ended    {window.key}   {', '.join(window.use)}   {_window_words(window)}" for window in planned.ended]
    for window in planned.begun:
        lines += [f"began    {window.key}   {', '.join(window.use)}", f"         fingerprint {multikey.fingerprint(window.key)}"]
    return [*lines, *_reach_lines(planned)]


def _next_lines(session: Session, path: Path, moved: Path | None, *, settled: bool, lost: bool) -> list[str]:
    lines = [f"The new secret keys are in {path}: keep a copy in a safe place."]
    if moved is not None:
        lines.append(f"The old ones are in {moved}: destroy it. Nothing needs them any more.")
    if str(path) not in session.environment.get(signing.ENVIRONMENT_FILE, ""):
        lines.append(f"To sign here: export {signing.ENVIRONMENT_FILE}={shlex.quote(str(path))}   (and destroy the old secrets)")
    if not settled and (session.repository / log.CHECKPOINT).exists():
        lines.append("Status lists and log are not signed with the new keys yet: that is done by the next `issuer issue`.")
    lines.append("In CI: change the secret ISSUER_SIGNING_KEY first, then merge.")
    if lost:
        lines.append("Next: `issuer issue`, which signs again what was yours; revoke only what is not.")
    first = "Then" if lost else "Next"
    issue = "" if settled or lost else "`issuer issue`, "
    lines.append(f"{first}: {issue}`issuer audit`, commit {ISSUER_YML} and records/, and `issuer publish`.")
    return lines


def _data(planned: Rotation) -> dict[str, list[dict[str, object]]]:
    ended: list[dict[str, object]] = [
        {
            "key": window.key,
            "use": list(window.use),
            "until": window.until,
            "compromised": None if window.compromised is None else window.compromised.isoformat(),
        }
        for window in planned.ended
    ]
    return {"ended": ended, "begun": _begun(planned, made=True)}


def _begun(planned: Rotation, *, made: bool) -> list[dict[str, object]]:
    """made: whether the keys were written down; else nobody has them, and they are not named."""
    return [
        {
            "key": window.key if made else None,
            "use": list(window.use),
            "from": window.from_,
            "fingerprint": multikey.fingerprint(window.key) if made else None,
        }
        for window in planned.begun
    ]

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
    hand = _at_hand(session)
    target = _target(session, order, hand)
    if isinstance(target, KeyFile) and _is_unfinished(session, order, target):
        _refuse_late_alarm(session, order, target)
        return _finish(session, hand, target, dry_run=dry_run)
    verify_start(session)
    book = log.load(session.repository, session.config)
    pending = rotation.pending(target, session.config, book.keys) if isinstance(target, KeyFile) else ()
    usable = () if order.lost else pending  # whoever has the old keys may have the whole file
    planned = rotation.plan(
        session.config, order.uses or USES, book.size, apart=order.apart, loss=_loss(session, order, book), pending=usable
    )
    _refuse_unlogged(session, planned, book)
    text = (session.repository / ISSUER_YML).read_bytes().decode()
    changed = config_edit.with_keys(text, session.config, planned.after)
    shown = _plan_lines(session, planned, book)
    if dry_run:
        return Result((*shown, "Nothing was written."), {**_data(planned), "begun": _begun(planned, made=False)})
    if ask:
        session.confirm("\n".join([*shown, "Change the keys?"]))
    title = f"Issuer signing keys of {session.config.name}"
    if isinstance(target, Path):
        key_file.store(target, key_ring.render(planned.secrets, title))
    else:
        target = rotation.add(target, planned.secrets, pending if order.lost else (), title)
    return _carry_out(session, hand, target, planned, changed, keys_only=order.keys_only)


def _carry_out(session: Session, hand: AtHand, target: KeyFile | Path, planned: Rotation, text: str, *, keys_only: bool) -> Result:
    """The steps of issuer.rotation after the first. text: of the new issuer.yml."""
    path = target if isinstance(target, Path) else target.path
    durable.write(session.repository / ISSUER_YML, text.encode())
    renewed = dataclasses.replace(session)  # reads issuer.yml again
    keys = Keys(renewed.config, [*hand.keys, *(signing.SecretKey(secret.seed) for secret in planned.secrets)])
    settled = not keys_only and _settle(renewed, keys)
    moved = rotation.move_retired(target, renewed.config, session.now.date()) if isinstance(target, KeyFile) else None
    return Result(
        (*_result_lines(planned), "", *_next_lines(session, path, moved, settled=settled)),
        {**_data(planned), "secret_file": str(path), "retired_file": None if moved is None else str(moved), "settled": settled},
    )


def _finish(session: Session, hand: AtHand, target: KeyFile, *, dry_run: bool) -> Result:
    """What an earlier run was to do after it had changed issuer.yml."""
    line = f"The keys in {target.path} are in use already: an earlier rotation was not finished."
    if dry_run:
        return Result((line, "Without --dry-run it will be. Nothing was written."), {"unfinished": True})
    verify_start(session)
    settled = _settle(session, Keys(session.config, [*hand.keys, *_keys_in(target)]))
    moved = rotation.move_retired(target, session.config, session.now.date())
    lines = (f"{line} It is now. No further keys were made.", "", *_next_lines(session, target.path, moved, settled=settled))
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


def _is_unfinished(session: Session, order: Order, target: KeyFile) -> bool:
    """Whether an earlier run changed issuer.yml and got no further. With --out: whether it wrote that file."""
    if rotation.retired(target, session.config):
        return True
    return order.out is not None and not rotation.pending(target, session.config, ())


def _refuse_late_alarm(session: Session, order: Order, target: KeyFile) -> None:
    """With --compromised it must be clear which keys are meant: not those that an unfinished rotation has just begun."""
    ended = [signing.SecretKey(secret.seed).public for secret in rotation.retired(target, session.config)]
    if order.lost and any(window.key in ended and window.compromised is None for window in session.config.keys):
        raise RefusedError(
            "an earlier rotation was not finished, so the keys that leaked may be retired already",
            hint="finish it with `issuer rotate`; then mark the old keys as compromised, as the guide says (site/guide/keys.md)",
        )


def _settle(session: Session, keys: Keys) -> bool:
    """Sign lists and log if anything was ever issued and their keys are at hand. Returns whether it did."""
    ready = (session.repository / log.CHECKPOINT).exists() and keys.has("status") and keys.has("log")
    if ready:
        settle(session, keys)
    return ready


def _refuse_unlogged(session: Session, planned: Rotation, book: log.Log) -> None:
    """What an old key signed must be in the log before its window ends; else it would never count."""
    ended = {window.key for window in planned.ended}
    for record in records.read(session.repository):
        if record.key in ended and record.digest() not in book.issued:
            raise RefusedError(
                "this record is in no log yet, and would be outside the old key's window",
                place=record.place,
                hint="run `issuer issue` with the old keys first; take it out if it is not yours",
            )


def _loss(session: Session, order: Order, book: log.Log) -> Loss | None:
    if not order.lost:
        return None
    first = book.size if order.first is None else order.first
    if first > book.size:
        raise UsageError(f"the log has {book.size:,} entries, so --from {first} is behind its end", hint="leave it out")
    if order.since is not None:
        first = _first_since(session, order.since, book)
    return Loss(first, session.now.date())


def _first_since(session: Session, day: dt.date, book: log.Log) -> int:
    """Index of the first entry of a day or later (UTC), the log's size if there is none."""
    for index, entry in enumerate(log.entries(session.repository)):
        if timestamp.parse(json.loads(entry)["time"]).date() >= day:
            return index
    return book.size


def _plan_lines(session: Session, planned: Rotation, book: log.Log) -> list[str]:
    lines = [f"ends     {window.key}   {', '.join(window.use)}   {_window_words(window)}" for window in planned.ended]
    lines += [f"begins   a new key   {', '.join(window.use)}   from log entry {window.from_} on" for window in planned.begun]
    void = sum(planned.after.is_void(record.key, book.issued.get(record.digest())) for record in records.current(session.repository))
    if void:
        lines.append(f"{counted(void, 'certificate')} will no longer be valid, until the next `issuer issue` signs them again")
    return lines


def _window_words(window: KeyWindow) -> str:
    if window.compromised is not None:
        return f"compromised: nothing from log entry {window.until} on counts"
    return f"what it signed up to log entry {window.until} stays valid"


def _result_lines(planned: Rotation) -> list[str]:
    lines = [f"ended    {window.key}   {', '.join(window.use)}   {_window_words(window)}" for window in planned.ended]
    for window in planned.begun:
        lines += [f"began    {window.key}   {', '.join(window.use)}", f"         fingerprint {multikey.fingerprint(window.key)}"]
    return lines


def _next_lines(session: Session, path: Path, moved: Path | None, *, settled: bool) -> list[str]:
    lines = [f"The new secret keys are in {path}: keep a copy in a safe place."]
    if moved is not None:
        lines.append(f"The old ones are in {moved}: destroy it. Nothing needs them any more.")
    if str(path) not in session.environment.get(signing.ENVIRONMENT_FILE, ""):
        lines.append(f"To sign here: export {signing.ENVIRONMENT_FILE}={shlex.quote(str(path))}   (and destroy the old secrets)")
    if not settled and (session.repository / log.CHECKPOINT).exists():
        lines.append("Status lists and log are not signed with the new keys yet: that is done by the next `issuer issue`.")
    lines.append("In CI: change the secret ISSUER_SIGNING_KEY first, then merge.")
    lines.append(
        f"Next: {'' if settled else '`issuer issue`, '}`issuer verify .`, commit {ISSUER_YML} and records/, then `issuer publish`."
    )
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

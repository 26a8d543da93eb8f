"""The order of things, written once: settle, read, plan, guard, apply, mail.

It knows the Protocols of `core` and no edge. What goes in is a `Parts`; what comes out is what became of the plan.
Nothing is decided here: decisions are `core.decide`'s, and what they mean is written to the ledger.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.core import lifecycle, mapping, plan
from connector.core.correlation import keys
from connector.core.decide import World, decide, values
from connector.core.guard import Held, held
from connector.core.ledger import Case, Entry, Ledger, MailLedger, Mirror, OwedMail, Read, Staged
from connector.core.ports import (
    Found,
    Host,
    Invitation,
    Key,
    KeyKind,
    Outcome,
    OutcomeStatus,
    Source,
    SourcePage,
    Unknown,
)
from connector.core.records import Account, Decision, Finding, Kind
from connector.core.settings import Settings
from connector.errors import HostContractError, HostUnavailable


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of. `source` is None for a run that acts on stored dates alone (rule D8).

    `whole` is False for a source of a few people: who is not among them is not absent.
    """

    source: Source | None
    mirror: Mirror
    ledger: Ledger
    mails: MailLedger
    host: Host
    settings: Settings
    clock: Callable[[], datetime]
    whole: bool = True


class Ending(StrEnum):
    """How far a run went."""

    PREVIEWED = "previewed"
    HELD = "held"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended, the digest of its plan, how many records were read, and why it is held if it is."""

    ending: Ending
    digest: str
    read: int
    held: Held | None = None


def preview(parts: Parts) -> Result:
    """Read and plan; the LMS is not touched."""
    settle(parts)
    count = read(parts)
    digest, _ = make_plan(parts)
    return Result(Ending.PREVIEWED, digest, count)


def run(parts: Parts, *, released: str | None = None) -> Result:
    """Read, plan, and apply what the guard lets through; a plan with the digest `released` passes it unasked."""
    settle(parts)
    started_at = parts.clock()
    count = read(parts)
    digest, over = make_plan(parts)
    if over and digest != released:
        return Result(Ending.HELD, digest, count, over)
    apply(parts)
    send_mail(parts)
    parts.ledger.applied(started_at)
    return Result(Ending.APPLIED, digest, count)


def mail_only(parts: Parts) -> Result:
    """Send the mails that are owed, and nothing else."""
    settle(parts)
    send_mail(parts)
    return Result(Ending.APPLIED, "", 0)


# --- settle --------------------------------------------------------------------------------------------------------


def settle(parts: Parts) -> None:
    """Find out what became of everything that a killed run had begun."""
    parts.ledger.progress("settle")
    for entries in parts.ledger.unsettled():
        parts.ledger.record(entries, _outcomes_by_look(parts.host, entries))
    for mails in parts.mails.unsettled():
        parts.mails.record(mails, _mail_by_look(parts.host, mails))


def _outcomes_by_look(host: Host, entries: Sequence[Entry]) -> list[Outcome]:
    """What the accounts show: an operation whose values are all there is done, any other has to be decided again."""
    wanted = [_key(entry) for entry in entries]
    found = _find(host, wanted)
    return [_outcome_by_look(entry, found.get(key, ())) for entry, key in zip(entries, wanted, strict=True)]


def _key(entry: Entry) -> Key:
    operation = entry.operation
    if operation.account_id is None:
        return Key(KeyKind.EXTERNAL_ID, operation.person_key)
    return Key(KeyKind.ID, operation.account_id)


def _outcome_by_look(entry: Entry, accounts: Sequence[Account]) -> Outcome:
    kind, after = entry.operation.kind, entry.operation.after
    for account in accounts:
        existing = values(account)
        if kind is Kind.CREATE:
            return Outcome(OutcomeStatus.CREATED, account.account_id, account.version)
        if all(existing.get(name) == value for name, value in after.items()):
            return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version)
    return Outcome(OutcomeStatus.RETRY, code="interrupted")


def _mail_by_look(host: Host, mails: Sequence[OwedMail]) -> list[Outcome]:
    if not host.capabilities().tells_told_at:
        return [Outcome(OutcomeStatus.UNKNOWN)] * len(mails)
    found = _find(host, [Key(KeyKind.ID, mail.account_id) for mail in mails])
    return [_told(mail, found.get(Key(KeyKind.ID, mail.account_id), ())) for mail in mails]


def _told(mail: OwedMail, accounts: Sequence[Account]) -> Outcome:
    for account in accounts:
        if account.told_at and mail.begun_at and account.told_at >= mail.begun_at:
            return Outcome(OutcomeStatus.SENT, account.account_id, account.version)
    return Outcome(OutcomeStatus.RETRY)


# --- read ----------------------------------------------------------------------------------------------------------


def read(parts: Parts) -> int:
    """Read whom the source has and give how many; only a read that ran off the end changes what is known of anybody."""
    parts.mirror.mark_due(parts.clock())
    if parts.source is None:
        return 0
    parts.ledger.progress("read")
    parts.mirror.open_intake(whole=parts.whole)
    count = strays = 0
    for page in parts.source.pages():
        if count == 0:
            parts.ledger.reached()
        strays += _take(parts, parts.source, page)
        count += len(page.records)
        parts.ledger.progress("read", count)
    parts.mirror.adopt(Read(count, parts.whole and strays == 0, parts.whole))
    if parts.whole:
        _tell(parts, parts.source, strays)
    return count


def _tell(parts: Parts, source: Source, strays: int) -> None:
    """Write what the read of everybody showed about the connection as a whole."""
    findings = [Finding("record_without_id")] * strays
    fields = {field.key: field for field in parts.host.fields()}
    parts.ledger.store_findings(
        [*findings, *source.findings(), *mapping.missing_fields(parts.settings, fields)]
    )


def _take(parts: Parts, source: Source, page: SourcePage) -> int:
    """Stage what came new on a page; gives how many of its records name nobody."""
    new = [record for record in page.records if not parts.mirror.knows(record.digest)]
    named = [record for record in new if record.employee_id is not None]
    if named:
        parts.mirror.stage([Staged(source.decode(page, record), record.digest) for record in named])
    return len(new) - len(named)


# --- plan ----------------------------------------------------------------------------------------------------------


def make_plan(parts: Parts) -> tuple[str, Held | None]:
    """Decide about everybody who is dirty and store the plan; gives its digest and why it is held, if it is."""
    parts.ledger.progress("plan")
    _notice_edits(parts)
    world = World(parts.settings, {field.key: field for field in parts.host.fields()}, parts.clock())
    digest, done = plan.PlanDigest(), 0
    for cases in parts.mirror.cases():
        decisions = _decide_chunk(parts, cases, world)
        digest.add(decision.operation for decision in decisions if decision.operation)
        parts.ledger.store(decisions)
        done += len(cases)
        parts.ledger.progress("plan", done)
    counts = parts.ledger.planned(digest.text)
    return digest.text, held(counts.leavers, counts.linked, parts.settings.policy)


def _notice_edits(parts: Parts) -> None:
    since = parts.ledger.edits_seen_at()
    if since and parts.host.capabilities().changed_since:
        parts.mirror.mark_edited(parts.host.changed_since(since))
    else:
        parts.mirror.mark_edited(None)


def _decide_chunk(parts: Parts, cases: Sequence[Case], world: World) -> list[Decision]:
    dues = [lifecycle.standing(case.person, world.settings, world.now) for case in cases]
    pairs = list(zip(cases, dues, strict=True))
    found = _find(parts.host, [key for case, due in pairs for key in keys(due.employee, case.link)])
    owners = parts.mirror.owners(sorted({one.account_id for accounts in found.values() for one in accounts}))
    return [decide(case, due, found, owners, world) for case, due in pairs]


def _find(host: Host, wanted: Sequence[Key]) -> Found:
    found = host.find(wanted)
    if isinstance(found, Unknown):
        raise HostUnavailable(
            "The LMS cannot say for certain who has an account. Nobody is created on a guess; try again later."
        )
    return found


# --- apply ---------------------------------------------------------------------------------------------------------


def apply(parts: Parts) -> None:
    """Ask the host for everything in the plan, batch by batch: intent before, outcome after."""
    done = 0
    for entries in parts.ledger.batches(parts.host.capabilities().batch_size):
        parts.ledger.intend(entries)
        parts.ledger.record(entries, _ask(parts.host, entries))
        done += len(entries)
        parts.ledger.progress("apply", done)


def _ask(host: Host, entries: Sequence[Entry]) -> Sequence[Outcome]:
    """The outcomes of one batch of one kind; what the host cannot tell is looked up, never asked for again."""
    operations = [entry.operation for entry in entries]
    if operations[0].kind is Kind.CREATE:
        outcomes = list(host.create([plan.new_account(one) for one in operations]))
    else:
        outcomes = list(host.update([plan.change(one) for one in operations]))
    _expect(len(entries), outcomes)
    unclear = [place for place, outcome in enumerate(outcomes) if outcome.status is OutcomeStatus.UNKNOWN]
    if unclear:
        looked = _outcomes_by_look(host, [entries[place] for place in unclear])
        for place, outcome in zip(unclear, looked, strict=True):
            outcomes[place] = outcome
    return outcomes


def _expect(rows: int, outcomes: Sequence[Outcome]) -> None:
    if len(outcomes) != rows:
        raise HostContractError(
            f"The Host class answered {len(outcomes)} outcomes for {rows} rows; it owes one each."
        )


def send_mail(parts: Parts) -> None:
    """Send every mail that is owed: its own step, with its own outcome."""
    capabilities = parts.host.capabilities()
    if not capabilities.invite:
        return
    done = 0
    for mails in parts.mails.owed(capabilities.batch_size):
        parts.mails.begin(mails)
        outcomes = parts.host.invite([Invitation(mail.account_id, mail.mail) for mail in mails])
        _expect(len(mails), outcomes)
        parts.mails.record(mails, outcomes)
        done += len(mails)
        parts.ledger.progress("mail", done)

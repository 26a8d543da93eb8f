"""Read: whom the source has, page by page. Only a read that ran off the end changes what is known of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.core.model.limits import FeedWarning
from connector.core.model.operation import Finding
from connector.core.model.run import RunPhase
from connector.core.ports.mirror import Read, StagedRecord
from connector.core.ports.optional import SupportsGroups
from connector.core.ports.source import Source, SourcePage
from connector.core.rules import limits
from connector.core.rules.invitations import invitation_findings
from connector.core.rules.values import mapping
from connector.core.rules.values.groups import group_findings
from connector.engine.context import RunContext


@dataclass(frozen=True, slots=True)
class ReadSummary:
    """How many records were read, whom the plan is about (None: everybody), and why the read is doubted, if it is."""

    count: int
    only: Sequence[str] | None = None
    doubt: FeedWarning | None = None


def read(parts: RunContext) -> ReadSummary:
    """Read whom the source has, and with no source whoever's stored dates fall due (rule D8)."""
    due = parts.mirror.mark_due(parts.clock())
    if parts.source is None:
        return ReadSummary(0, due)
    parts.ledger.progress(RunPhase.READ)
    whole = parts.few is None
    parts.mirror.open_intake(whole=whole)
    came = strays = 0
    for page in parts.source.pages():
        if came == 0:
            parts.ledger.reached()
        strays += _stage(parts, parts.source, page)
        came += len(page.records)
        parts.ledger.progress(RunPhase.READ, came)
    count = parts.mirror.heard() + strays
    doubt = _feed_warning(parts, count) if whole else None
    parts.mirror.adopt(Read(count, whole and strays == 0 and doubt is None, whole and doubt is None))
    if parts.few is not None:
        return ReadSummary(count, parts.mirror.people_of(parts.few))
    _store_findings(parts, parts.source, strays)
    return ReadSummary(count, None, doubt)


def _feed_warning(parts: RunContext, count: int) -> FeedWarning | None:
    policy = parts.settings.policy
    return limits.check_feed(count, parts.mirror.last_count(), parts.mirror.unseen(policy.canaries), policy)


def _store_findings(parts: RunContext, source: Source, strays: int) -> None:
    """Write what the read of everybody showed about the connection as a whole."""
    findings = [Finding("record_without_id")] * strays
    fields = {field.key: field for field in parts.host.fields()}
    findings += [*source.findings(), *mapping.missing_fields(parts.settings, fields)]
    findings += invitation_findings(parts.settings, parts.host.capabilities())
    parts.ledger.store_findings([*findings, *_group_findings(parts)])


def _group_findings(parts: RunContext) -> list[Finding]:
    rules, host = parts.settings.policy.group_rules, parts.host
    known_ids = [group.group_id for group in host.groups()] if rules else []
    return group_findings(rules, keeps_groups=isinstance(host, SupportsGroups), known_ids=known_ids)


def _stage(parts: RunContext, source: Source, page: SourcePage) -> int:
    """Stage what came new on a page; gives how many of its records name nobody."""
    new = parts.mirror.unknown(page.digests)
    staged = [StagedRecord(source.decode(page, place), page.digests[place]) for place in new]
    named = [one for one in staged if one.employee.employee_id]
    if named:
        parts.mirror.stage(named)
    return len(staged) - len(named)

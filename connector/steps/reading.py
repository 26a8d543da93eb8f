"""Read: whom the source has, page by page. Only a read that ran off the end changes what is known of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.core import guard, mapping
from connector.core.grouping import not_kept
from connector.core.guard import Doubt
from connector.core.inviting import not_offered
from connector.core.ledger import Read, Staged
from connector.core.offers import KeepsGroups
from connector.core.ports import Source, SourcePage
from connector.core.records import Finding
from connector.steps.parts import Parts


@dataclass(frozen=True, slots=True)
class Heard:
    """How many records were read, whom the plan is about (None: everybody), and why the read is doubted, if it is."""

    count: int
    only: Sequence[str] | None = None
    doubt: Doubt | None = None


def read(parts: Parts) -> Heard:
    """Read whom the source has, and with no source whoever's stored dates fall due (rule D8)."""
    due = parts.mirror.mark_due(parts.clock())
    if parts.source is None:
        return Heard(0, due)
    parts.ledger.progress("read")
    whole = parts.few is None
    parts.mirror.open_intake(whole=whole)
    came = strays = 0
    for page in parts.source.pages():
        if came == 0:
            parts.ledger.reached()
        strays += _take(parts, parts.source, page)
        came += len(page.records)
        parts.ledger.progress("read", came)
    count = parts.mirror.heard() + strays
    doubt = _doubt(parts, count) if whole else None
    parts.mirror.adopt(Read(count, whole and strays == 0 and doubt is None, whole and doubt is None))
    if parts.few is not None:
        return Heard(count, parts.mirror.people_of(parts.few))
    _tell(parts, parts.source, strays)
    return Heard(count, None, doubt)


def _doubt(parts: Parts, count: int) -> Doubt | None:
    policy = parts.settings.policy
    return guard.doubt(count, parts.mirror.last_count(), parts.mirror.unseen(policy.canaries), policy)


def _tell(parts: Parts, source: Source, strays: int) -> None:
    """Write what the read of everybody showed about the connection as a whole."""
    findings = [Finding("record_without_id")] * strays
    fields = {field.key: field for field in parts.host.fields()}
    findings += [*source.findings(), *mapping.missing_fields(parts.settings, fields)]
    findings += not_offered(parts.settings, parts.host.capabilities())
    parts.ledger.store_findings([*findings, *_groups_lacking(parts)])


def _groups_lacking(parts: Parts) -> list[Finding]:
    rules, host = parts.settings.policy.group_rules, parts.host
    known_ids = [group.group_id for group in host.groups()] if rules else []
    return not_kept(rules, keeps_groups=isinstance(host, KeepsGroups), known_ids=known_ids)


def _take(parts: Parts, source: Source, page: SourcePage) -> int:
    """Stage what came new on a page; gives how many of its records name nobody."""
    new = parts.mirror.unknown(page.digests)
    staged = [Staged(source.decode(page, place), page.digests[place]) for place in new]
    named = [one for one in staged if one.employee.employee_id]
    if named:
        parts.mirror.stage(named)
    return len(staged) - len(named)

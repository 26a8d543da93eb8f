"""Read: fetch the employees page by page. Only a read that reaches its end changes the mirror."""

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
    """How many records were read, the person keys that the plan is about (None: everyone), and the feed warning."""

    count: int
    only: Sequence[str] | None = None
    feed_warning: FeedWarning | None = None


def read(context: RunContext) -> ReadSummary:
    """Read the employees of the source; without a source, the people with a stored date that is due (rule D8)."""
    due = context.mirror.mark_due(context.clock())
    if context.source is None:
        return ReadSummary(0, due)
    context.progress(RunPhase.READ)
    is_whole = context.only_employee_ids is None
    context.mirror.open_staging(whole=is_whole)
    records = without_id = 0
    for page in context.source.pages():
        if records == 0:
            context.ledger.mark_reached()
        without_id += _stage(context, context.source, page)
        records += len(page.records)
        context.progress(RunPhase.READ, records)
    count = context.mirror.employees_read() + without_id
    warning = _feed_warning(context, count) if is_whole else None
    is_credible = is_whole and warning is None
    context.mirror.promote(Read(count, is_credible and without_id == 0, is_credible))
    if context.only_employee_ids is not None:
        return ReadSummary(count, context.mirror.person_keys_of(context.only_employee_ids))
    _store_findings(context, context.source, without_id)
    return ReadSummary(count, None, warning)


def _feed_warning(context: RunContext, count: int) -> FeedWarning | None:
    policy, mirror = context.settings.policy, context.mirror
    return limits.check_feed(count, mirror.last_read_count(), mirror.count_unseen(policy.canaries), policy)


def _store_findings(context: RunContext, source: Source, without_id: int) -> None:
    """Store what a read of all employees showed about the connection as a whole."""
    findings = [Finding("record_without_id")] * without_id
    fields = {field.key: field for field in context.host.fields()}
    findings += [*source.findings(), *mapping.missing_field_findings(context.settings, fields)]
    findings += invitation_findings(context.settings, context.host.capabilities())
    context.ledger.store_findings([*findings, *_group_findings(context)])


def _group_findings(context: RunContext) -> list[Finding]:
    rules, host = context.settings.policy.group_rules, context.host
    known_ids = [group.group_id for group in host.groups()] if rules else []
    return group_findings(rules, supports_groups=isinstance(host, SupportsGroups), known_ids=known_ids)


def _stage(context: RunContext, source: Source, page: SourcePage) -> int:
    """Stage the new records of a page; returns how many of them have no employee id."""
    new = context.mirror.unknown(page.digests)
    staged = [StagedRecord(source.decode(page, index), page.digests[index]) for index in new]
    with_id = [one for one in staged if one.employee.employee_id]
    if with_id:
        context.mirror.stage(with_id)
    return len(staged) - len(with_id)

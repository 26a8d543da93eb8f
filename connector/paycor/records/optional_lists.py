"""Lists that a read can continue without: their values stay unknown, and a finding says why.

An outage of such a list must not keep leavers' access open, so it does not end the read. A reached rate limit, a lost
consent and an undocumented answer do end it: they concern more than one list, or may mislead. Once a call of the run
has timed out, no such list is waited for. While the values are unknown, the digests of the records differ: those
employees are decoded and decided again, without effect, and once more when the list is back.
"""

from connector.core.model.operation import Finding
from connector.errors import SourceError
from connector.paycor.auth.errors import NoAnswer, PermissionMissing
from connector.paycor.auth.permissions import Permission
from connector.paycor.wire.failures import NotFound

#: The errors of an optional list that do not end the read.
OPTIONAL_LIST_ERRORS = (PermissionMissing, NotFound, NoAnswer)


def missing_list_finding(error: SourceError, permission: Permission, list_name: str) -> Finding:
    """The finding about a list that was not read to its end."""
    if isinstance(error, NoAnswer):
        return Finding("list_unavailable", subject=list_name)
    return Finding("permission_missing", subject=permission.name)

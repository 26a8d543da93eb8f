"""What becomes of a read without a list that it can do without: its values stay unknown, and a finding says why.

In: the error of that list; out: the finding. An outage of such a list is not to keep leavers in, so it does not end the
read; a limit of calls that is reached, a lost consent and an answer in no documented form do, for they are not about
one list or may mislead. While values are unknown the digests of records differ: everybody concerned is decoded and
decided about again, to no effect, and once more when the list is back.
"""

from connector.core.model.operation import Finding
from connector.errors import SourceError
from connector.paycor.auth.permissions import Permission
from connector.paycor.auth.refusals import NoAnswer, RightMissing
from connector.paycor.wire.client import NotFound

#: The errors that a list which is not needed may give.
DISPENSABLE = (RightMissing, NotFound, NoAnswer)


def lack(error: SourceError, right: Permission, listed: str) -> Finding:
    """What to tell of a list that was not read to its end; `listed` is what it is a list of."""
    if isinstance(error, NoAnswer):
        return Finding("list_unavailable", subject=listed)
    return Finding("permission_missing", subject=right.name)

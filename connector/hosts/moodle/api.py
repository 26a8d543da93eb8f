"""Calls to one Moodle site: a function and its arguments in, its answer out, or the error that its refusal means.

Moodle always answers HTTP 200. Of its texts only an error code that looks like one gets into a message. The token goes
first into the form: in the address it would be in every log on the way.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from connector.errors import HostAuthError, HostContractError, HostError, HostUnavailable
from connector.hosts.moodle.settings import MoodleSettings
from connector.hosts.remote import Answer, Remote

Shape = TypeVar("Shape")
Row = TypeVar("Row")
Result = TypeVar("Result")

PATH = "/webservice/rest/server.php"

SITE_INFO = "core_webservice_get_site_info"
FIND = "core_user_get_users_by_field"
SEARCH = "core_user_get_users"
CREATE = "core_user_create_users"
UPDATE = "core_user_update_users"
DELETE = "core_user_delete_users"
RESET = "core_auth_request_password_reset"
COHORTS = "core_cohort_get_cohorts"
MEMBERS = "core_cohort_get_cohort_members"
ADD = "core_cohort_add_cohort_members"
REMOVE = "core_cohort_delete_cohort_members"

#: The functions that every sync needs.
REQUIRED = (FIND, SEARCH, CREATE, UPDATE)
#: The functions that groups need.
FOR_COHORTS = (COHORTS, MEMBERS, ADD, REMOVE)

#: PHP reads only `max_input_vars` values of a request and drops the rest silently: 1000 by default, 5000 as Moodle
#: asks for. Some are left for the token, the function and the format.
MIN_VALUES = 900
MAX_VALUES = 4900

#: The codes that are about the token or its account; every other code is about the arguments of the call.
_AUTH_CODES = frozenset(
    {
        "accessexception",
        "forcepasswordchangenotice",
        "invalidiptoken",
        "invalidtimedtoken",
        "invalidtoken",
        "nopermissions",
        "passwordisexpired",
        "requireloginerror",
        "servicenotavailable",
        "sitepolicynotagreed",
        "usernotallowed",
        "usernotfullysetup",
    }
)
_AUTH_PREFIX = "wsaccessuser"
_CLOSED_CODES = frozenset({"sitemaintenance", "upgraderunning", "dbconnectionfailed"})
_CODE = re.compile(r"[a-z0-9_/]{1,40}")


@dataclass(frozen=True, slots=True)
class MoodleReply:
    """The answer to a write: its `value`, or `refusal`, the code of a refusal; neither counts unless it is `sure`."""

    value: object = None
    refusal: str = ""
    sure: bool = True


class _Function(msgspec.Struct, gc=False):
    name: str


class TokenAccess(msgspec.Struct, gc=False):
    """The account of the token, and the functions that it may call."""

    userid: int
    functions: list[_Function] = []

    def missing(self, functions: Sequence[str]) -> list[str]:
        """Those of these functions that the token may not call."""
        allowed = {function.name for function in self.functions}
        return [name for name in functions if name not in allowed]


class MoodleApi:
    """The web services of one site. What the token may do is read once, at the first call."""

    def __init__(self, settings: MoodleSettings, remote: Remote) -> None:
        self._token = settings.token
        self._required: tuple[str, ...] = REQUIRED
        if settings.welcome == "password_reset":
            self._required = (*self._required, RESET)
        if settings.staff_cohort_id:
            self._required = (*self._required, MEMBERS)
        self._remote = remote
        self._access: TokenAccess | None = None
        self._capacity = 0

    @property
    def access(self) -> TokenAccess:
        """What the token may do. Raises HostAuthError with the names of the functions that its service lacks."""
        if self._access is None:
            access = self.read(SITE_INFO, {}, TokenAccess)
            missing = access.missing(self._required)
            if missing:
                raise HostAuthError(
                    "The web service of the token lacks functions that the connector needs. Add them to it:"
                    f" {', '.join(missing)}."
                )
            self._access = access
        return self._access

    @property
    def own_id(self) -> str:
        """The id of the account that the calls are made as."""
        return str(self.access.userid)

    @property
    def capacity(self) -> int:
        """How many values one request may have; tried once, because Moodle drops the rest silently."""
        if not self._capacity:
            self._capacity = MAX_VALUES if self._accepts_max() else MIN_VALUES
        return self._capacity

    @property
    def has_cohorts(self) -> bool:
        """Whether the token may read and fill cohorts."""
        return not self.access.missing(FOR_COHORTS)

    def read(self, function: str, arguments: Mapping[str, object], shape: type[Shape]) -> Shape:
        """The answer of a function that changes nothing. Raises a HostError."""
        return converted(self._value(function, arguments), shape)

    def write(self, function: str, arguments: Mapping[str, object]) -> MoodleReply:
        """The reply to a call that changes something, which is sent once. Raises a HostError if it was not done."""
        answer = self._call(function, arguments, reads=False)
        if not answer.sure:
            return MoodleReply(sure=False)
        value = answer.json() if answer.content.strip() else None
        return MoodleReply(refusal=_refusal_code(value)) if _is_refusal(value) else MoodleReply(value)

    def each(self, rows: Sequence[Row], call: Callable[[Row], Result]) -> list[Result]:
        """The result of `call` for every row, in order; the calls run in parallel."""
        return self._remote.each(rows, call)

    def _accepts_max(self) -> bool:
        """Whether the last of MAX_VALUES values arrives. A firewall before the site may refuse them, too."""
        values = ["0"] * (MAX_VALUES - 1) + [self.own_id]
        try:
            return bool(self._value(FIND, {"field": "id", "values": values}))
        except HostError:
            return False

    def _value(self, function: str, arguments: Mapping[str, object]) -> object:
        value = self._call(function, arguments, reads=True).json()
        if _is_refusal(value):
            raise HostContractError(
                f"Moodle refuses the call {function} ({_refusal_code(value)}), so nothing was changed. Report this."
            )
        return value

    def _call(self, function: str, arguments: Mapping[str, object], *, reads: bool) -> Answer:
        """The answer to one call. Raises when the site or the token is wrong, not when the arguments are."""
        form = [("wstoken", self._token), ("wsfunction", function), ("moodlewsrestformat", "json")]
        form += flattened(arguments)
        answer = self._remote.call("POST", PATH, form=form, reads=reads)
        if answer.status == 403:
            raise HostAuthError(
                "Moodle's web services, or their REST protocol, are switched off (HTTP 403). Switch them on."
            )
        if 400 <= answer.status < 500:
            raise HostContractError(
                f"There is no Moodle at this address (HTTP {answer.status}). Check the address."
            )
        if answer.sure and answer.content.lstrip().startswith(b"{"):
            _raise_for_site(function, answer.json())
        return answer


def flattened(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """A value as PHP reads it from a form: `users[0][email]=...`; an empty list or mapping gives nothing."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from flattened(one, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            yield from flattened(one, f"{name}[{index}]")
    else:
        yield name, str(int(value)) if isinstance(value, bool) else str(value)


def converted(value: object, shape: type[Shape]) -> Shape:
    """An answer in its documented shape. Raises HostContractError when it has another."""
    try:
        return msgspec.convert(value, shape, strict=False)
    except msgspec.ValidationError:
        raise HostContractError(
            "Moodle's answer does not have the documented form, so the connector stopped here. Report this with the"
            " release of the site."
        ) from None


def _is_refusal(value: object) -> bool:
    return isinstance(value, dict) and "exception" in value


def _refusal_code(value: object) -> str:
    """The code of a refusal; some sites send a page of their password policy instead."""
    code = str(value.get("errorcode", "")).lower() if isinstance(value, dict) else ""
    return code if _CODE.fullmatch(code) else "refused"


def _raise_for_site(function: str, value: object) -> None:
    if not _is_refusal(value):
        return
    code = _refusal_code(value)
    if code in _CLOSED_CODES:
        raise HostUnavailable(f"Moodle is closed ({code}), so nothing was done. Try again later.")
    if code in _AUTH_CODES or code.startswith(_AUTH_PREFIX):
        raise HostAuthError(
            f"Moodle refuses the connector's account or token for {function} ({code}). Check the token, that its"
            " service has this function, and that the account has the documented permissions."
        )

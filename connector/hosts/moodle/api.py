"""Calls to one Moodle: a function and its arguments in, its answer out, or the error that its refusal means.

Moodle answers HTTP 200 whatever happened. Nothing that it says gets into a message but an error code that looks like
one, and the token goes into the form, first: in the address it would be in every log on the way.
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

#: Without these nothing can be synced.
REQUIRED = (FIND, SEARCH, CREATE, UPDATE)
#: Without these there are no groups.
FOR_COHORTS = (COHORTS, MEMBERS, ADD, REMOVE)

#: PHP reads so many values of a request and drops the rest without a word, unless its max_input_vars is raised to what
#: Moodle asks for. A little is left for the token, the function and the format.
FEW_VALUES = 900
MANY_VALUES = 4900

#: The account may not, whatever is asked; everything else is about what was asked.
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
    """The answer to a write: its `value`, or `refusal`, the code of a no; neither counts unless it is `sure`."""

    value: object = None
    refusal: str = ""
    sure: bool = True


class _Function(msgspec.Struct, gc=False):
    name: str


class About(msgspec.Struct, gc=False):
    """What Moodle says about the token: whose it is, and what it may call."""

    userid: int
    functions: list[_Function] = []

    def lacks(self, functions: Sequence[str]) -> list[str]:
        """Those of these functions that the token may not call."""
        known = {function.name for function in self.functions}
        return [name for name in functions if name not in known]


class Site:
    """One Moodle, asked over one pool of connections. It is looked over at its first use, once."""

    def __init__(self, settings: MoodleSettings, remote: Remote) -> None:
        self._token = settings.token
        self._required: tuple[str, ...] = REQUIRED
        if settings.welcome == "password_reset":
            self._required = (*self._required, RESET)
        if settings.staff_cohort_id:
            self._required = (*self._required, MEMBERS)
        self._remote = remote
        self._about: About | None = None
        self._capacity = 0

    @property
    def about(self) -> About:
        """What the token may do. Raises HostAuthError with the names of the functions that its service lacks."""
        if self._about is None:
            about = shaped(self._answer_of(SITE_INFO, {}), About)
            lacking = about.lacks(self._required)
            if lacking:
                raise HostAuthError(
                    f"The web service that the token belongs to lacks functions. Add them to it: {', '.join(lacking)}."
                )
            self._about = about
        return self._about

    @property
    def own_id(self) -> str:
        """The id of the account that the calls are made as."""
        return str(self.about.userid)

    @property
    def capacity(self) -> int:
        """How many values one request may have: tried out once, because what is too many is dropped silently."""
        if not self._capacity:
            self._capacity = MANY_VALUES if self._takes_many() else FEW_VALUES
        return self._capacity

    @property
    def has_cohorts(self) -> bool:
        """Whether the token may read and fill cohorts."""
        return not self.about.lacks(FOR_COHORTS)

    def read(self, function: str, arguments: Mapping[str, object], shape: type[Shape]) -> Shape:
        """What a function that changes nothing answers. Raises a HostError."""
        return shaped(self._answer_of(function, arguments), shape)

    def write(self, function: str, arguments: Mapping[str, object]) -> MoodleReply:
        """What became of a call that changes something; it is sent once. Raises a HostError if it was not done."""
        answer = self._ask(function, arguments, reads=False)
        if not answer.sure:
            return MoodleReply(sure=False)
        value = answer.json() if answer.content.strip() else None
        return MoodleReply(refusal=_refusal_in(value)) if _is_refusal(value) else MoodleReply(value)

    def each(self, rows: Sequence[Row], ask: Callable[[Row], Result]) -> list[Result]:
        """The result of every row, in order, asked for in parallel."""
        return self._remote.each(rows, ask)

    def _takes_many(self) -> bool:
        """Whether the last of many values arrives. A guard before the site may refuse them, too."""
        values = ["0"] * (MANY_VALUES - 1) + [self.own_id]
        try:
            return bool(self._answer_of(FIND, {"field": "id", "values": values}))
        except HostError:
            return False

    def _answer_of(self, function: str, arguments: Mapping[str, object]) -> object:
        value = self._ask(function, arguments, reads=True).json()
        if _is_refusal(value):
            raise HostContractError(
                f"Moodle refuses {function} as wrong ({_refusal_in(value)}). Nothing was changed; report this."
            )
        return value

    def _ask(self, function: str, arguments: Mapping[str, object], *, reads: bool) -> Answer:
        """One call. Raises for what is wrong with the site or the token, not for what is wrong with the arguments."""
        form = [("wstoken", self._token), ("wsfunction", function), ("moodlewsrestformat", "json")]
        form += flattened(arguments)
        answer = self._remote.call("POST", PATH, form=form, reads=reads)
        if answer.status == 403:
            raise HostAuthError(
                "Moodle's web services, or their REST protocol, are switched off. Switch them on."
            )
        if 400 <= answer.status < 500:
            raise HostContractError(f"There is no Moodle at this address (HTTP {answer.status}). Check it.")
        if answer.sure and answer.content.lstrip().startswith(b"{"):
            _raise_for_site(function, answer.json())
        return answer


def flattened(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """A value as PHP reads it from a form: `users[0][email]=...`; an empty list or mapping leaves no trace."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from flattened(one, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from flattened(one, f"{name}[{number}]")
    else:
        yield name, str(int(value)) if isinstance(value, bool) else str(value)


def shaped(value: object, shape: type[Shape]) -> Shape:
    """An answer as what it should be. Raises HostContractError when it is not."""
    try:
        return msgspec.convert(value, shape, strict=False)
    except msgspec.ValidationError:
        raise HostContractError(
            "Moodle's answer is not in the form that its web services document. Nothing more was done; report this"
            " with the release of the site."
        ) from None


def _is_refusal(value: object) -> bool:
    return isinstance(value, dict) and "exception" in value


def _refusal_in(value: object) -> str:
    """The code of a refusal; a site may put a whole page of its password policy in its place."""
    code = str(value.get("errorcode", "")).lower() if isinstance(value, dict) else ""
    return code if _CODE.fullmatch(code) else "refused"


def _raise_for_site(function: str, value: object) -> None:
    if not _is_refusal(value):
        return
    code = _refusal_in(value)
    if code in _CLOSED_CODES:
        raise HostUnavailable(f"Moodle is closed ({code}): nothing was done. Try again later.")
    if code in _AUTH_CODES or code.startswith(_AUTH_PREFIX):
        raise HostAuthError(
            f"Moodle refuses the connector's account or token for {function} ({code}). Check the token, that its"
            " service has this function, and that the account has the permissions in the documentation."
        )

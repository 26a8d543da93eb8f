"""Users as Moodle writes them: its rows in, accounts out, and back. No input, no output."""

import html
import re
import secrets
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import Value, email_key
from connector.core.ports.host import Change, NewAccount
from connector.hosts.moodle.settings import SIGNED_IN_ELSEWHERE, MoodleSettings
from connector.hosts.versions import versioned

#: The accounts that every site is installed with.
INSTALLED = frozenset({"admin", "guest"})

#: Moodle has taken a row and dropped one of its values: the profile field is not there, or is of another type.
FIELD_DROPPED = "field.dropped"

#: What a user name may have, unless a site allows more; never a capital.
_USERNAME = re.compile(r"[-._@a-z0-9]{1,100}")
#: What a site may put around the text of a field: a link, a paragraph, a break.
_TAG = re.compile(r"</?(?:a|br|div|p|span)\b[^>]*>")
_HALF_A_DAY = timedelta(hours=12)
#: Six of each kind, never two alike side by side: enough for the strictest policy a site can set.
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.!*")
_PASSWORD_ROUNDS = 6


class UserField(msgspec.Struct, gc=False):
    """A custom profile field of a user; Moodle leaves empty ones out, except checkboxes."""

    shortname: str
    value: str | int | float | None = None
    type: str = ""


class MoodleUser(msgspec.Struct, gc=False):
    """A user; what is empty, or what the connector's account may not see, is left out."""

    id: int
    username: str = ""
    firstname: str = ""
    lastname: str = ""
    email: str = ""
    idnumber: str = ""
    suspended: bool = False
    customfields: list[UserField] = []

    @property
    def account_id(self) -> str:
        """The id as text."""
        return str(self.id)

    @property
    def is_deleted(self) -> bool:
        """Whether it is only the husk of a deleted user, whose address is a hash."""
        return "@" not in self.email and bool(self.email)


class Searched(msgspec.Struct, gc=False):
    """What a search answers."""

    users: list[MoodleUser] = []


class MoodleReader:
    """From users to accounts, as the settings have it."""

    def __init__(self, settings: MoodleSettings) -> None:
        self._keys = frozenset(field.key for field in settings.fields)
        self._zone = ZoneInfo(settings.time_zone) if settings.time_zone else None

    def account(self, user: MoodleUser, staff: frozenset[str]) -> Account:
        """The user as an account; who is in `staff` (ids), or came with the site, is more than a learner."""
        fields = {one.shortname: self._value(one) for one in user.customfields if one.shortname in self._keys}
        return versioned(
            Account(
                account_id=user.account_id,
                email=user.email,
                first_name=user.firstname,
                last_name=user.lastname,
                state=AccountState.SUSPENDED if user.suspended else AccountState.ACTIVE,
                is_learner=user.account_id not in staff and user.username not in INSTALLED,
                external_id=user.idnumber or None,
                fields={key: value for key, value in fields.items() if value is not None},
            )
        )

    def _value(self, field: UserField) -> Value:
        text = "" if field.value is None else str(field.value)
        return _READERS.get(field.type, _as_it_is)(text, self._zone) or None


def _plain(text: str, zone: ZoneInfo | None) -> str:
    """A text field comes as a page would show it: with entities, and perhaps as a link."""
    return html.unescape(_TAG.sub("", text))


def _date(text: str, zone: ZoneInfo | None) -> str:
    """A date comes as the instant at which it begins where the connector's account is; 0 is none."""
    if not text.lstrip("-").isdigit() or text == "0":
        return ""
    instant = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(text))
    local = instant.astimezone(zone) if zone else instant + _HALF_A_DAY
    return local.date().isoformat()


def _as_it_is(text: str, zone: ZoneInfo | None) -> str:
    return text


_READERS: Mapping[str, Callable[[str, ZoneInfo | None], str]] = {
    "text": _plain,
    "textarea": _plain,
    "datetime": _date,
}


def new_user(settings: MoodleSettings, row: NewAccount, username: str) -> dict[str, object]:
    """A row as an argument of a create, which mails nobody: it has a password that nobody knows."""
    user: dict[str, object] = {
        "username": username,
        "firstname": row.first_name,
        "lastname": row.last_name,
        "email": row.email.strip(),
        "auth": settings.auth,
        "idnumber": row.external_id,
    }
    if settings.auth not in SIGNED_IN_ELSEWHERE:
        user["password"] = password()
    return user | _customfields({key: value for key, value in row.fields.items() if value is not None})


def edited(before: Account, change: Change) -> dict[str, object]:
    """What of a change is new to the account, as an argument of an update; empty when nothing is."""
    asked: dict[str, tuple[object, object]] = {
        "firstname": (change.first_name, before.first_name),
        "lastname": (change.last_name, before.last_name),
        "email": (change.email.strip() if change.email is not None else None, before.email),
        "idnumber": (change.external_id, before.external_id or ""),
    }
    user: dict[str, object] = {
        name: new for name, (new, old) in asked.items() if new is not None and new != old
    }
    if change.state is not None and is_suspended(change.state) != is_suspended(before.state):
        user["suspended"] = is_suspended(change.state)
    return user | _customfields(
        {key: value for key, value in change.fields.items() if value != before.fields.get(key)}
    )


def is_suspended(state: AccountState) -> bool:
    """Whether a state keeps somebody from signing in: Moodle knows no waiting for an answer."""
    return state is AccountState.SUSPENDED


def usernames(row: NewAccount) -> Sequence[str]:
    """The user names to try, in order: the address if it can be one, then one made of our key."""
    made = f"paycor-{sha256(row.external_id.encode()).hexdigest()[:16]}"
    address = email_key(row.email) or ""
    return (address, made) if _USERNAME.fullmatch(address) else (made,)


def dropped(asked: Mapping[str, Value], kept: Mapping[str, Value]) -> bool:
    """Whether a value that was sent has left nothing behind: Moodle takes a field that it does not know silently."""
    return any(value and not kept.get(key) for key, value in asked.items())


def password() -> str:
    """A password that nobody knows."""
    return "".join(secrets.choice(kind) for _ in range(_PASSWORD_ROUNDS) for kind in _KINDS)


def _customfields(values: Mapping[str, Value]) -> dict[str, object]:
    pairs = [{"type": key, "value": value or ""} for key, value in values.items()]
    return {"customfields": pairs} if pairs else {}

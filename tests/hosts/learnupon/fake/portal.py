"""A LearnUpon portal in memory: its users, its mail, and what its API does.

It behaves as docs/hosts/learnupon.md describes: it silently ignores what it does not know.
"""

import threading
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from flask import Response

Json = dict[str, Any]

DEFINITIONS: list[Json] = [
    {"id": 231, "type_id": 1, "label": "Job title", "predefined_values": None},
    {"id": 232, "type_id": 7, "label": "Hire date", "predefined_values": None},
    {"id": 233, "type_id": 4, "label": "Employment", "predefined_values": '"Regular","Temporary"'},
    {"id": 234, "type_id": 2, "label": "Hours a week", "predefined_values": None},
    {"id": 235, "type_id": 5, "label": "Share", "predefined_values": "0.50, 1.00"},
    {"id": 240, "type_id": 1, "label": "Paycor ID", "predefined_values": None},
]


class Refused(Exception):
    """A refusal by LearnUpon."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class FakePortal:
    """One portal, its users and their mail.

    `requests` are the requests received; `mails` are the addresses that invitations went to. `lists_invites` is
    whether portal invitations are among the group invitations; `lists_custom_data` whether a list of users has their
    custom user data; `refuses_with_200` whether a refusal comes with HTTP 200. `before` is called before each request
    and `after` after it: each may answer instead.
    """

    def __init__(self) -> None:
        self.users: dict[int, Json] = {}
        self.invites: dict[int, Json] = {}
        self.memberships: list[tuple[int, int]] = []
        self.groups = {51: "New starters", 52: "Drivers"}
        self.definitions = list(DEFINITIONS)
        self.mails: list[str] = []
        self.requests: list[str] = []
        self.lists_invites = True
        self.lists_custom_data = True
        self.refuses_with_200 = False
        self.before: Callable[[], Response | None] = lambda: None
        self.after: Callable[[], Response | None] = lambda: None
        self._ids = count(662)
        self.lock = threading.RLock()

    # --- what users and admins do ---

    def edit(self, account_id: str, **values: object) -> None:
        """Change a user as an admin does."""
        self.users[int(account_id)].update(values)

    def accept(self, email: str) -> str:
        """Accept an invitation; gives the id of the new user."""
        row = next(one for one in self.invites.values() if one["invite_email_address"] == email)
        row["invite_status"] = "accepted"
        names = {name: row.get(name) for name in ("first_name", "last_name")}
        return str(self._add({"email": email, **names}, row["custom"]))

    def signs_in(self, account_id: str) -> bool:
        """Whether a user can sign in."""
        return bool(self.users[int(account_id)]["enabled"])

    # --- what the API does ---

    def search(self, params: Mapping[str, str]) -> list[Json]:
        """Users by an exact value; all users for a parameter that the search does not know."""
        found = list(self.users.values())
        for name in ("email", "username"):
            if name in params:
                found = [user for user in found if user.get(name) == params[name]]
        if not found:
            raise Refused(404, "user not found")
        return [self.shown(user, whole=True) for user in found]

    def one(self, user_id: int) -> Json:
        """A user by id."""
        if user_id not in self.users:
            raise Refused(404, "user not found")
        return self.shown(self.users[user_id], whole=True)

    def create(self, values: Json) -> Json:
        """Create a user."""
        if len(str(values.get("password", ""))) < 6:
            raise Refused(422, "password is too short")
        self._expect_new(values)
        return {"id": self._add(values, self._custom(values))}

    def update(self, user_id: int, values: Json) -> Json:
        """Change a user."""
        user = self.users.get(user_id)
        if user is None:
            raise Refused(404, "user not found")
        email = values.get("new_email")
        if email and any(one is not user for one in self._with_email(email)):
            raise Refused(422, "email is already in use")
        user |= {name: values[name] for name in ("first_name", "last_name", "enabled") if name in values}
        user["email"] = email or user["email"]
        user["custom"] |= self._custom(values)
        return {"id": user_id}

    def delete(self, user_id: int) -> Json:
        """Delete a user."""
        if self.users.pop(user_id, None) is None:
            raise Refused(404, "user not found")
        return {"success": "ok"}

    def invite(self, values: Json) -> Json:
        """Invite to the portal, with a mail at once."""
        self._expect_new(values)
        if any(
            _is_open(one) and one["invite_email_address"] == values["email"] for one in self.invites.values()
        ):
            raise Refused(422, "This email has already been invited")
        number = next(self._ids)
        self.invites[number] = {
            "id": number,
            "invite_email_address": values["email"],
            "invite_status": "sent",
            "group_id": None,
            **{name: values.get(name) for name in ("first_name", "last_name")},
            "custom": self._custom(values),
        }
        self.mails.append(values["email"])
        return {"id": number, "email": values["email"]}

    def shown(self, user: Json, *, whole: bool) -> Json:
        """A user as the API shows them."""
        labels = {str(one["id"]): one["label"] for one in self.definitions}
        plain = {name: value for name, value in user.items() if name != "custom"}
        if not whole:
            return plain
        by_id = [
            {"definition_id": int(key), "value": value} for key, value in user["custom"].items() if value
        ]
        by_label = {labels[key]: value for key, value in user["custom"].items() if value}
        return {**plain, "CustomData": by_label or None, "customDataFieldValues": by_id}

    def _add(self, values: Json, custom: Json) -> int:
        user_id = next(self._ids)
        names = {name: values.get(name) for name in ("email", "first_name", "last_name")}
        enabled, user_type = values.get("enabled", True), values.get("user_type", "learner")
        self.users[user_id] = {
            "id": user_id,
            **names,
            "enabled": enabled,
            "user_type": user_type,
            "custom": custom,
        }
        return user_id

    def _with_email(self, email: str) -> list[Json]:
        return [user for user in self.users.values() if user["email"].lower() == email.lower()]

    def _expect_new(self, values: Json) -> None:
        if "@" not in str(values.get("email", "")):
            raise Refused(422, "email is invalid")
        if self._with_email(values["email"]):
            raise Refused(422, "user already exists")

    def _custom(self, values: Json) -> Json:
        """The custom user data that is stored; values without a definition or outside the choices are dropped."""
        custom = dict(values.get("CustomData") or {})
        if not custom.pop("use_definition_ids", None):
            by_label = {one["label"].lower(): str(one["id"]) for one in self.definitions}
            custom = {by_label.get(label.lower(), ""): value for label, value in custom.items()}
        known = {str(one["id"]): one for one in self.definitions}
        return {key: value for key, value in custom.items() if key in known and _fits(known[key], value)}


def _fits(definition: Json, value: object) -> bool:
    choices = definition["predefined_values"]
    return not choices or not value or str(value) in choices.replace('"', "").replace(", ", ",").split(",")


def _is_open(invite: Json) -> bool:
    return bool(invite["invite_status"] == "sent")

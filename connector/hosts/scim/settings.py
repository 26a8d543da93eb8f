"""What an operator gives so that an LMS can be reached over SCIM 2.0. No input, no output."""

from dataclasses import dataclass, field

#: The roles of learners where nobody has named others.
LEARNER_ROLES = frozenset({"learner", "student"})


@dataclass(frozen=True, slots=True)
class ScimSettings:
    """One SCIM service, such as `https://lms.example.com/scim/v2`, and a bearer token or a name and password for it.

    `fields` names the attributes to be offered as custom user data: a core or enterprise attribute by its name, one of
    the `extension` schema by its name, or any by its full path (`urn:...:User:name`); None offers all there are.

    Whoever is more than a learner is told by SCIM in no one way. It is somebody with a role outside `learner_roles`, a
    member of a group in `staff_groups` (by its display name), or one of the `protected` user names; the last are never
    changed at all, and the account that the connector works as belongs there. All three are compared without case.
    """

    base_url: str
    token: str = field(default="", repr=False)
    user_name: str = ""
    password: str = field(default="", repr=False)
    extension: str = ""
    fields: tuple[str, ...] | None = None
    learner_roles: frozenset[str] = LEARNER_ROLES
    staff_groups: frozenset[str] = frozenset()
    protected: frozenset[str] = frozenset()
    timeout_s: float = 30.0
    connections: int = 8

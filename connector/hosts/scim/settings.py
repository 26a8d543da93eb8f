"""What the operator sets for a SCIM service. No input, no output."""

from dataclasses import dataclass, field

#: The roles of learners, unless the settings name others.
LEARNER_ROLES = frozenset({"learner", "student"})


@dataclass(frozen=True, slots=True)
class ScimSettings:
    """One SCIM service, such as `https://lms.example.com/scim/v2`, and a bearer token or a name and password for it.

    `fields` names the attributes offered as custom user data: a core or enterprise attribute by its name, one of the
    `extension` schema by its name, or any by its full path (`urn:...:User:name`); None offers all there are.

    SCIM has no standard way to say who is more than a learner. Here it is a user with a role outside `learner_roles`, a
    member of a group in `staff_groups` (by display name), or one of the `protected` user names. Protected users are
    never changed at all; the connector's own account belongs there. All three are compared case-insensitively.
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

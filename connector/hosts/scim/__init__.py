"""Any LMS or identity service that speaks SCIM 2.0, as a host. Its services: docs/hosts/scim.md."""

from connector.hosts.scim.host import ScimHost, host
from connector.hosts.scim.settings import LEARNER_ROLES, ScimSettings

__all__ = ["LEARNER_ROLES", "ScimHost", "ScimSettings", "host"]

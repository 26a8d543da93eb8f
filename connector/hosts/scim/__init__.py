"""Any LMS or identity service with SCIM 2.0, as a host. The operator's set-up is in docs/hosts/scim.md."""

from connector.hosts.scim.host import ScimHost, host
from connector.hosts.scim.settings import LEARNER_ROLES, ScimSettings

__all__ = ["LEARNER_ROLES", "ScimHost", "ScimSettings", "host"]

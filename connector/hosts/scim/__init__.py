"""Any LMS or identity service that speaks SCIM 2.0, as a host. Its services: docs/hosts/scim.md."""

from connector.hosts.scim.host import ScimHost, host
from connector.hosts.scim.settings import ScimSettings

__all__ = ["ScimHost", "ScimSettings", "host"]

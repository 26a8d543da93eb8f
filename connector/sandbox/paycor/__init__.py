"""A stand-in for Paycor with its public API, so that a client can be tested against it, faults included.

In: HTTP. Out: what Paycor would answer, for the people of `connector.sandbox.company`. It runs as a
process of its own (`python -m connector.sandbox.paycor`), in a thread (`SandboxServer`) or as an app
(`create_app`). It knows nothing of the client and imports nothing of the package but its sibling
`company`.

The path of a call: `app` lowers the path's case, `gateway` checks key, rate limit, faults and access
token, then one of `tokens`, `employees`, `persons`, `organization`, `catalogues`, `onboarding`,
`custom_fields`, `certifications`, `events` answers, with the help of `access` and `queries`; `consent` has
the pages people see and `control` the endpoints that tests use. `state.Sandbox` holds all state; `store` is
the part of it that outlives a restart.
"""

from connector.sandbox.paycor.app import create_app
from connector.sandbox.paycor.server import Announcement, SandboxServer, running_sandbox
from connector.sandbox.paycor.state.sandbox import Sandbox, open_sandbox

__all__ = ["Announcement", "Sandbox", "SandboxServer", "create_app", "open_sandbox", "running_sandbox"]

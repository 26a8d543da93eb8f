"""A Paycor that keeps its public API, so that a client can be tried against it, faults included.

In: HTTP. Out: what Paycor would answer, for the people of `connector.sandbox.company`. It runs as a
process of its own (`python -m connector.sandbox.paycor`), in a thread (`SandboxServer`) or as an app
(`create_app`). It knows nothing of the client and imports nothing of the package but its sibling
`company`.

One call's way through it: `app` folds the path's case, `gateway` asks for key, rate, fault and access
token, then one of `tokens`, `employees`, `persons`, `places`, `catalogues`, `onboarding`, `custom_fields`,
`certifications`, `events` answers, having asked `access` and `queries`; `consent` has the pages people
see and `control` the endpoints tests steer it by. `state.Sandbox` holds everything; `store` is the part
of it that outlives a restart.
"""

from connector.sandbox.paycor.app import create_app
from connector.sandbox.paycor.server import Announcement, SandboxServer, running_sandbox
from connector.sandbox.paycor.state.sandbox import Sandbox, opened

__all__ = ["Announcement", "Sandbox", "SandboxServer", "create_app", "opened", "running_sandbox"]

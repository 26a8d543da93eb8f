"""A promise: a function that tries it, what it needs, and the requirements it covers."""

from collections.abc import Callable
from dataclasses import dataclass

from connector.hosts.contract.rig import Names, Need, Rig, requires
from connector.hosts.contract.trial import Trial

Try = Callable[[Trial], None]


@dataclass(frozen=True)
class Promise:
    """One promise of a host. `operation` is the call it is about."""

    name: str
    operation: str
    needs: tuple[Need, ...]
    requirements: tuple[str, ...]
    promise: str
    attempt: Try

    @property
    def title(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ")

    def __call__(self, rig: Rig, names: Names) -> None:
        """Try the promise. Raises NotOffered when something it needs is missing, ContractBroken when it is broken."""
        requires(rig, *self.needs)
        self.attempt(Trial(rig, names))


def promise(operation: str, *needs: Need, req: tuple[str, ...] = ()) -> Callable[[Try], Promise]:
    """Makes a function a promise; the function's name is a sentence, its docstring adds the details."""

    def decorate(attempt: Try) -> Promise:
        first_line = (attempt.__doc__ or "").splitlines()[0]
        return Promise(attempt.__name__, operation, needs, req, first_line, attempt)

    return decorate

"""How much memory this process has needed at most, in MiB: of one run alone, where the system can say that."""

import resource
from pathlib import Path

_OWN = Path("/proc/self")


def forget_peak() -> None:
    """Begin a new peak. Where this cannot be done, the peak is that since the process began."""
    try:
        (_OWN / "clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def peak_mib() -> float:
    """The highest that the process's memory has been: everything in it, the interpreter and the LMS included."""
    try:
        lines = (_OWN / "status").read_text(encoding="ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024

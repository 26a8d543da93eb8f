"""The peak memory of this process in MiB: of one run alone, where the system supports it."""

import resource
from pathlib import Path

_OWN = Path("/proc/self")


def forget_peak() -> None:
    """Start a new peak. Where the system does not support it, the peak is that since the process began."""
    try:
        (_OWN / "clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def peak_mib() -> float:
    """The highest memory of the process, the interpreter and the LMS included."""
    try:
        lines = (_OWN / "status").read_text(encoding="ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024

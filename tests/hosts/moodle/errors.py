"""How the Moodle of the tests says no: with HTTP 200, a code, and mostly no reason (M1)."""


class MoodleError(Exception):
    """What Moodle answers with HTTP 200 instead of a value."""

    def __init__(self, kind: str, code: str, message: str = "", debug: str = "") -> None:
        super().__init__(code)
        self.kind, self.code, self.message, self.debug = kind, code, message, debug

    def told(self, debugging: bool) -> dict[str, str]:
        """As it goes over the wire; the reason only while the site is being debugged."""
        said = {"exception": self.kind, "errorcode": self.code, "message": self.message}
        return said | {"debuginfo": self.debug} if debugging else said


def invalid(why: str) -> MoodleError:
    """The one refusal that there is for whatever is wrong with a parameter."""
    return MoodleError(
        "invalid_parameter_exception", "invalidparameter", "Invalid parameter value detected", why
    )

"""The states of a portal's connection, and the ways of giving consent."""

from enum import StrEnum


class ConnectionState(StrEnum):
    """The state of a portal's connection to Paycor."""

    #: Consent is given; an admin still has to press Finish.
    REVIEW = "review"
    ACTIVE = "active"
    #: Paycor refuses the connection: an admin has to connect again.
    ATTENTION = "attention"
    PAUSED = "paused"
    DISCONNECTED = "disconnected"

    @property
    def works(self) -> bool:
        """Whether its consent is known to work."""
        return self in (ConnectionState.ACTIVE, ConnectionState.PAUSED)


class ConsentMethod(StrEnum):
    """How consent was given: by sign-in at Paycor, or by pasting the secrets of the customer's own application."""

    REDIRECT = "redirect"
    PASTE = "paste"

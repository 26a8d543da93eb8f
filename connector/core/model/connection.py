"""What a portal's connection can be: its state, and how consent was given."""

from enum import StrEnum


class ConnectionState(StrEnum):
    """How a portal's connection to Paycor stands."""

    #: Consent is given; an admin has yet to press Finish.
    REVIEW = "review"
    ACTIVE = "active"
    #: Paycor refuses it: an admin has to connect again.
    ATTENTION = "attention"
    PAUSED = "paused"
    DISCONNECTED = "disconnected"

    @property
    def works(self) -> bool:
        """Whether its consent is known to work."""
        return self in (ConnectionState.ACTIVE, ConnectionState.PAUSED)


class ConsentMethod(StrEnum):
    """How consent was given: by sign-in at Paycor, or with an application of the customer's own, pasted in."""

    REDIRECT = "redirect"
    PASTE = "paste"

"""Finished courses on their way to Paycor, in plain words."""

from collections.abc import Mapping

from connector.core.model.completion import CompletionState

STATES: Mapping[CompletionState, str] = {
    CompletionState.SENT: "Sent",
    CompletionState.ALREADY_THERE: "Already in Paycor",
    CompletionState.PLANNED: "Wait to be sent",
    CompletionState.INTENDED: "Being sent",
    CompletionState.REJECTED: "Refused by Paycor",
    CompletionState.UNKNOWN: "Unknown",
}

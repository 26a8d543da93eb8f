"""HR's to-do list as a letter: what is open now and what was open last in, what to tell out (rule X10)."""

from collections.abc import Mapping

from connector.core.model.findings import FINDINGS

SUBJECT = "Paycor: what HR has to mend has changed"
_WHERE = "Who it is stands in the LMS under Settings > Integrations > HR Integrations > Paycor > To-do list."

#: The findings that are mended in Paycor.
HRS = frozenset(code for code, kind in FINDINGS.items() if kind.who == "hr")


def letter(now: Mapping[str, int], came: int, before: int) -> str | None:
    """The text of the letter, None when nothing has changed.

    `now` counts the open lines by code, `came` how many of them are new since the last letter, which told of `before`.
    It has numbers and no names: mail is read by more people than it is sent to.
    """
    total = sum(now.values())
    went = before + came - total
    if not came and not went:
        return None
    changed = f"{came} new, {went} done since the last letter, {total} open."
    if not total:
        return f"Nothing is left to be mended in Paycor: {changed}"
    order = sorted(now.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = [f"* {FINDINGS[code].label}: {count}. {FINDINGS[code].advice}" for code, count in order]
    return "\n".join(["To be mended in Paycor:", changed, "", *lines, "", _WHERE])

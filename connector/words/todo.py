"""The mail about HR's to-do list (rule X10): numbers and no names, because others may read it too."""

from collections.abc import Mapping

from connector.words.findings import FINDING_TEXTS

SUBJECT = "Paycor: the to-do list of HR has changed"
_WHERE = "See who it is in the LMS: Settings > Integrations > HR Integrations > Paycor > To-do list."


def todo_mail(open_now: Mapping[str, int], new: int, open_before: int) -> str | None:
    """The text of the mail, None when nothing has changed.

    `open_now` counts the open findings by code, `new` how many of them are new since the last mail, which counted
    `open_before`.
    """
    total = sum(open_now.values())
    closed = open_before + new - total
    if not new and not closed:
        return None
    changed = f"{new} new, {closed} closed since the last mail, {total} open."
    if not total:
        return f"Nothing is left for HR to fix in Paycor: {changed}"
    by_frequency = sorted(open_now.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = [
        f"* {FINDING_TEXTS[code].label}: {count}. {FINDING_TEXTS[code].advice}"
        for code, count in by_frequency
    ]
    return "\n".join(["For HR to fix in Paycor:", changed, "", *lines, "", _WHERE])

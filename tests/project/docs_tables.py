"""The tables of docs/ that are generated from the code: `make docs` writes them, a test finds outdated ones.

A block is between `<!-- begin: NAME -->` and `<!-- end: NAME -->`; the rest of a document stays as it is.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from connector import cli, manifest
from connector.core.model.attributes import CALLS, CATALOGUE, DATA_TYPES, custom_kind
from connector.errors import ConnectorError
from connector.hosts import capabilities
from connector.manifest import Job, Setting
from connector.paycor.auth.permissions import SINGLE_EMPLOYEE_PERMISSIONS, SYNC_PERMISSIONS
from connector.words.findings import FINDING_TEXTS

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"(<!-- begin: ([\w-]+) -->\n).*?(<!-- end: \2 -->)", re.DOTALL)


def table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table, one line per row."""
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, ("---",) * len(head), *lines))


def error_classes(root: type[ConnectorError] = ConnectorError) -> Iterator[type[ConnectorError]]:
    """The error classes of connector.errors, each before its subclasses.

    Other modules can have subclasses of their own; these keep the code, and so the advice, of their base class.
    """
    yield root
    for child in root.__subclasses__():
        if child.__module__ == root.__module__:
            yield from error_classes(child)


def _kind(setting: Setting) -> str:
    bounds = [f"from {setting.minimum}"] * (setting.minimum is not None)
    bounds += [f"to {setting.maximum}"] * (setting.maximum is not None)
    return ", ".join([setting.type, *(f"`{choice}`" for choice in setting.choices), *bounds])


def _default(setting: Setting) -> str:
    if setting.required:
        return "**required**"
    if setting.default is None:
        return ""
    return f"`{str(setting.default).lower() if setting.type == 'boolean' else setting.default}`"


def _schedule(job: Job) -> str:
    return ", ".join(f"{field} {value}" for field, value in job.fields.items())


def settings_table() -> str:
    """Every setting of plugin.yaml."""
    rows = (
        (f"`{s.key}`", _kind(s), _default(s), f"{s.help} {'Secret.' * s.secret}".strip())
        for s in manifest.load().settings
    )
    return table(("key", "type", "default", "purpose"), rows)


def jobs_table() -> str:
    """Every job of plugin.yaml."""
    rows = ((f"`{job.key}`", f"{job.trigger}: {_schedule(job)}", job.help) for job in manifest.load().jobs)
    return table(("job", "schedule", "what it does"), rows)


def errors_table() -> str:
    """Every error class: its code, what it means, who can fix it."""
    rows = (
        (
            f"[`{error.code}`](#{error.code.replace('.', '')})",
            (error.__doc__ or "").splitlines()[0],
            error.remedy,
        )
        for error in error_classes()
    )
    return table(("code", "meaning", "fixed by"), rows)


def command_lines(group: click.Group, path: str = "flask connector") -> Iterator[tuple[str, click.Command]]:
    """Every command below a group with the words that call it, in alphabetical order."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield f"{path} {name}", command
            yield from command_lines(command, f"{path} {name}")
        elif command is not None and not command.hidden:
            yield f"{path} {name}", command


def _parameter(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return f"`{parameter.opts[-1]}` {parameter.help or ''}".strip()
    return f"`{parameter.human_readable_name}`"


def commands_table() -> str:
    """Every command: what it does, and its arguments and options."""
    rows = (
        (
            f"`{words}`",
            " ".join((command.help or "").split("\f")[0].split()),
            "<br>".join(_parameter(parameter) for parameter in command.params),
        )
        for words, command in command_lines(cli.commands)
    )
    return table(("command", "what it does", "arguments and options"), rows)


def attributes_table() -> str:
    """Every attribute of the catalogue: its type, its call and its permission."""
    rows = (
        (
            attribute.label,
            attribute.kind.value.replace("_", "/"),
            "calculated" if attribute.derived else "",
            f"`{CALLS[attribute.origin]}`",
            attribute.permission,
            attribute.only.value if attribute.only else "both",
        )
        for attribute in CATALOGUE
    )
    return table(("attribute", "type", "", "call", "permission", "list"), rows)


def data_types_table() -> str:
    """The type of a custom field's values, by its data type at Paycor."""
    rows = ((f"`{name}`", custom_kind(name).value.replace("_", "/")) for name in DATA_TYPES)
    return table(("data type at Paycor", "type"), rows)


def findings_table() -> str:
    """Every finding: its label, what to do, and who can fix it."""
    rows = ((text.label, text.advice, text.fixed_by) for text in FINDING_TEXTS.values())
    return table(("finding", "what to do", "fixed by"), rows)


def permissions_table() -> str:
    """Every permission that the connector uses, and why."""
    rows = (
        (right.name, "always" if right.required else "optional", right.reason)
        for right in (*SYNC_PERMISSIONS, *SINGLE_EMPLOYEE_PERMISSIONS)
    )
    return table(("permission", "", "purpose"), rows)


def hosts_table() -> str:
    """What each kind of host supports."""
    return table(capabilities.head(), capabilities.rows())


#: The function that writes each block.
WRITERS: dict[str, Callable[[], str]] = {
    "attributes": attributes_table,
    "data-types": data_types_table,
    "findings": findings_table,
    "permissions": permissions_table,
    "hosts": hosts_table,
    "settings": settings_table,
    "jobs": jobs_table,
    "errors": errors_table,
    "commands": commands_table,
}


def written(text: str) -> str:
    """The document with every block generated again."""
    return BLOCK.sub(lambda found: f"{found[1]}{WRITERS[found[2]]()}{found[3]}", text)


def main() -> int:
    """Write every outdated document, and print its name."""
    for path in sorted(DOCS.rglob("*.md")):
        before = path.read_text(encoding="utf-8")
        after = written(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"docs/{path.relative_to(DOCS)} is up to date now.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

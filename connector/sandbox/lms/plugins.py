"""Installs plugins: a manifest in; the plugin's blueprint on the app and its entry in the navigation out.

A plugin that cannot be loaded stops the start: better than a menu entry that is missing without a word.
"""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask

from connector.errors import ConfigurationError
from connector.manifest import Manifest, load
from connector.sandbox.lms.db.tables import db
from connector.sandbox.lms.lms import BuiltInLms
from connector.sandbox.lms.web.access import FULL_PERMISSIONS
from connector.sandbox.lms.web.navigation import EXTENSION, PluginEntry


def install(app: Flask, manifests: Iterable[Path | None]) -> None:
    """Install each plugin, in order; None stands for the manifest that ships with this package."""
    entries: list[PluginEntry] = app.extensions.setdefault(EXTENSION, [])
    for path in manifests:
        manifest = load(path)
        entries.append(_entry(manifest))
        _entry_point(manifest)().init_app(app, host=BuiltInLms(db), db=db)
        if manifest.blueprint.name not in app.blueprints:
            raise ConfigurationError(
                f"{manifest.name} did not register the blueprint `{manifest.blueprint.name}` that its manifest names."
            )


def _entry(manifest: Manifest) -> PluginEntry:
    if manifest.permission != FULL_PERMISSIONS:
        raise ConfigurationError(
            f"{manifest.name} asks for the permission `{manifest.permission}`; this LMS has `{FULL_PERMISSIONS}` alone."
        )
    menu = manifest.menu
    return PluginEntry(menu.section, menu.label, manifest.blueprint.mount, manifest.permission)


def _entry_point(manifest: Manifest) -> Any:
    """The class that the manifest names as `module:Class`."""
    module, _, name = manifest.entry_point.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"{manifest.name}: the entry point `{manifest.entry_point}` cannot be imported. Install the plugin again."
        ) from error

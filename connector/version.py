"""The release. It has a module of its own, so that whoever names it does not import the whole package."""

__version__ = "0.1.0"

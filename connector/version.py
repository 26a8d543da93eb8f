"""The version of this release, in its own module so that reading it does not import the whole package."""

__version__ = "0.1.0"

"""The pages about a portal's connection."""

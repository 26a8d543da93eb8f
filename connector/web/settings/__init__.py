"""The pages about a portal's settings."""

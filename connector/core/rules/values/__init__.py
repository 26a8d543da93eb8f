"""The values, fields and groups that an account should have."""

"""Which values, fields and groups an account should have."""

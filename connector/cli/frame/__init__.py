"""What every command shares: services and portal, error messages, progress and reports."""

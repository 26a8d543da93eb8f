"""What every command shares: the app's services, the portal, errors, progress and reports."""

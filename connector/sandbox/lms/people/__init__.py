"""Users of the built-in LMS: accounts, custom user data, invitations, portals."""

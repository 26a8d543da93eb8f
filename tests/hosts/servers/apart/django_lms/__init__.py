"""A Django site that speaks SCIM by django-scim2; it runs in an environment of its own."""

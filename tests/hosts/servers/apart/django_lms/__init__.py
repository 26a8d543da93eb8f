"""A Django site with django-scim2; it runs in its own environment."""

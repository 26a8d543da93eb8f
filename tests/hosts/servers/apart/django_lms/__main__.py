"""Serve the site on loopback: `python -m django_lms PORT TOKEN`."""

import sys

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from serving import serve

PORT, TOKEN = int(sys.argv[1]), sys.argv[2]


def main() -> None:
    """Create the tables in memory and serve."""
    settings.configure(
        SECRET_KEY=TOKEN,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="django_lms.urls",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django_scim", "django_lms"],
        MIDDLEWARE=["django_lms.bearer.bearer"],
        AUTH_USER_MODEL="django_lms.User",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        LOGGING_CONFIG=None,
        SCIM_SERVICE_PROVIDER={
            "NETLOC": f"127.0.0.1:{PORT}",
            "SCHEME": "http",
            "GROUP_MODEL": "django_lms.models.Group",
            "AUTHENTICATION_SCHEMES": [
                {"type": "oauthbearertoken", "name": "Bearer", "description": "A token"}
            ],
        },
    )
    django.setup()
    from django_lms.models import Group, User  # only after the settings are configured

    with connection.schema_editor() as editor:
        editor.create_model(Group)
        editor.create_model(User)

    def reset() -> None:
        User.objects.all().delete()
        Group.objects.all().delete()

    serve(get_wsgi_application(), PORT, reset)


if __name__ == "__main__":
    main()

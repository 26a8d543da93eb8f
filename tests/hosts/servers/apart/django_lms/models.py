"""The users and groups of a Django site with SCIM: only what django-scim2 needs."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django_scim.models import AbstractSCIMGroupMixin, AbstractSCIMUserMixin


class Group(AbstractSCIMGroupMixin):
    """A group of users."""

    name = models.CharField(max_length=80, unique=True)


class User(AbstractSCIMUserMixin, AbstractBaseUser):
    """A user: a name, an email, and whether the user may sign in."""

    username = models.CharField(max_length=254, unique=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    groups = models.ManyToManyField(Group)

    objects = BaseUserManager()
    USERNAME_FIELD = "username"

    @property
    def scim_groups(self) -> Any:
        """The groups, under the name that django-scim2 uses."""
        return self.groups

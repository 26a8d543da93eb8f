"""The data-access rights of a Paycor application, for the pages to name before anything is connected (rule B5)."""

from connector.paycor.auth.permissions import ALL
from connector.services.connection.review import ReviewedPermission


def needed() -> tuple[ReviewedPermission, ...]:
    """Every right that is asked for with its reason, in the developer portal's order; none is proven yet."""
    return tuple(
        ReviewedPermission(permission.name, permission.reason, permission.required, None)
        for permission in ALL
    )

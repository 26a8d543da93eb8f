"""Moodle, 4.1 to 5.1, over its REST web services, as a host. The operator's set-up is in docs/hosts/moodle.md.

Source: Moodle's own `user/externallib.php` and `cohort/externallib.php`, and measurements of real sites.
"""

from connector.hosts.moodle.host import MoodleHost, host
from connector.hosts.moodle.settings import MoodleSettings

__all__ = ["MoodleHost", "MoodleSettings", "host"]

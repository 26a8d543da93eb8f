"""Moodle, 4.1 to 5.1, over its REST web services: batches of rows in, users and cohorts changed, outcomes out.

Source: Moodle's own `user/externallib.php` and `cohort/externallib.php`, and what was measured on real sites. What the
operator sets up is in docs/hosts/moodle.md.
"""

from connector.hosts.moodle.host import MoodleHost, host
from connector.hosts.moodle.settings import MoodleSettings

__all__ = ["MoodleHost", "MoodleSettings", "host"]

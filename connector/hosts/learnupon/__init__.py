"""A LearnUpon portal as the sync sees it, over LearnUpon's REST API v1 (https://docs.learnupon.com/api/).

Not every answer of that API is documented; what is known, and how it is known, is in docs/hosts/learnupon.md.
"""

from connector.hosts.learnupon.host import LearnUponHost, host
from connector.hosts.learnupon.settings import LearnUponSettings

__all__ = ["LearnUponHost", "LearnUponSettings", "host"]

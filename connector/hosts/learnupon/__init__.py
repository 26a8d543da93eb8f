"""LearnUpon, over its REST API v1, as a host. The operator's set-up is in docs/hosts/learnupon.md.

Source: https://docs.learnupon.com/api/. Not every answer is documented; docs/hosts/learnupon.md says what is known.
"""

from connector.hosts.learnupon.host import LearnUponHost, host
from connector.hosts.learnupon.settings import LearnUponSettings

__all__ = ["LearnUponHost", "LearnUponSettings", "host"]

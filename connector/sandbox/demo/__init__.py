"""The whole connector at work on this machine: a sandbox Paycor, the built-in LMS, a real consent, a first sync."""

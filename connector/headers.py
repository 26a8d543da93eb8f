"""What every answer of an LMS of ours carries, the built-in one's and the stand-alone connector's: headers, no code."""

#: Nothing from elsewhere, no frames. Inline styles are allowed: a progress bar has its width there.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'self'"
    ),
    "Referrer-Policy": "same-origin",
    # Static files say for themselves how long they keep; a page with people on it is not kept at all.
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

"""The HTTP headers of every answer of the built-in LMS and of the stand-alone connector."""

#: Nothing from other sites, no frames. Inline styles are allowed: a progress bar has its width in one.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "object-src 'none'; frame-ancestors 'none'; base-uri 'self'"
    ),
    "Referrer-Policy": "same-origin",
    # Static files set their own; a page with people on it must not be stored.
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

"""Instant updates: the page that switches them on, and the address that receives them."""

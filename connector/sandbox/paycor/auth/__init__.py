"""Consent, tokens and who may see what."""

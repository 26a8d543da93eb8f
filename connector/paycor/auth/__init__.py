"""How we get into Paycor: consent, tokens, credentials, permissions, and what a refusal means."""

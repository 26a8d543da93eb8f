"""Access to Paycor: consent, tokens, credentials, permissions, and what each refusal means."""

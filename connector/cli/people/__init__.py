"""Why a person has access or not, and exceptions, from the shell."""

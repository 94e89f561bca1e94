"""The form that was sent after the session had ended: kept (keeping), shown after signing in (showing), sent on (sending)."""

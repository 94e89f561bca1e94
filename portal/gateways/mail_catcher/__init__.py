"""The demo's mail: a server that keeps every message, and the mailbox that reads them."""

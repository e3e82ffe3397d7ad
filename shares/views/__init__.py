"""The plain doors: pages without scripts, and `curl`. The server seals and opens, and says so."""

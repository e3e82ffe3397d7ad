"""Parsers under libFuzzer: whatever bytes come, they mean something, or one documented error says why not."""

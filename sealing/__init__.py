"""Bytes in, sealed bytes out. The law is docs/envelope.md; no Django here.

One name per thing: import from the module that has its subject (`sealing.stream`, `sealing.keys`,
`sealing.envelope`, `sealing.names`, `sealing.split`, `sealing.links`, `sealing.encoding`,
`sealing.agefile`, `sealing.errors`).
"""

"""What the console and any store agree on: one struct a message, one file a noun.

JSON over HTTP and msgpack over NATS are both read from these structs by msgspec. A client ignores fields that it
does not know; bodies that a client sends (classes ending in ``Request``) refuse them.
"""

"""The routes, one file a noun: each reads a request, calls one service, and says who may."""

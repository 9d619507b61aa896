"""A client library of Floorwalker's stores: ``client``, ``live``, ``pictures``, ``errors`` and the ``contract``. No Qt."""

from tests.desk.databases import corner, database_url, postgres_address, shop

__all__ = ["corner", "database_url", "postgres_address", "shop"]

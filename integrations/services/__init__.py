"""What can be done with a connection: connect and revoke, synchronise orders, tell the shop what left."""

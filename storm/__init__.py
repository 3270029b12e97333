"""A shop in a storm: its programs are killed and lied to while orders come in, and then compared with the truth."""

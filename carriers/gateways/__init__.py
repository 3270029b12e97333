"""The systems labels are announced to. The gateway is whom we talk to, the carrier the name on the van."""

GATEWAYS = {"local": "carriers.gateways.local.LocalGateway"}

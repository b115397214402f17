"""How telephones reach the exchange: the Voice SDK's protocol, the street phone's, and WebRTC."""

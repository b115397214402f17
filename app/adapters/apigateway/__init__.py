"""Messages to push WebSockets through API Gateway's connection management."""

from app.adapters.apigateway.sockets import ApiGatewaySockets

__all__ = ["ApiGatewaySockets"]

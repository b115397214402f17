"""The push WebSocket's far side: API Gateway's management of connections."""

from app.adapters.apigateway.sockets import ApiGatewaySockets

__all__ = ["ApiGatewaySockets"]

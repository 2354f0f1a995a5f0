from tests.infra.stripe import gateway, receiver, standin

__all__ = ["gateway", "receiver", "standin"]

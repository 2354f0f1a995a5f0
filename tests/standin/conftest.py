from tests.infra.stripe import gateway, receiver, shared_standin, standin

__all__ = ["gateway", "receiver", "shared_standin", "standin"]

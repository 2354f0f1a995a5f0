from tests.checkout.conftest import quiet

__all__ = ["quiet"]

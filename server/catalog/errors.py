from server.core.errors import Conflict, NotFound, ProofcastError


class NoSuchProduct(NotFound):
    code = "catalog.no_such_product"


class NoSuchVariant(NotFound):
    code = "catalog.no_such_variant"


class NoStockOfItsOwn(Conflict):
    """A bundle's stock is that of its parts. Details: `variant`."""

    code = "catalog.bundle"
    retryable = False


class SkuTaken(Conflict):
    code = "catalog.sku_taken"
    retryable = False


class PriceTooLow(ProofcastError):
    """Stripe takes no payment that small. Details: `minimum` (minor units), `currency`."""

    code = "catalog.price_too_low"
    status = 422

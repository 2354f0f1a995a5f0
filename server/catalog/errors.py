from server.core.errors import Conflict, NotFound


class NoSuchProduct(NotFound):
    code = "catalog.no_such_product"


class NoSuchVariant(NotFound):
    code = "catalog.no_such_variant"


class SkuTaken(Conflict):
    code = "catalog.sku_taken"
    retryable = False

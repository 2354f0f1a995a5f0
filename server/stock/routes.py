"""Products with their stock, for the host panel."""

from aiohttp import web

from server.accounts.guard import StaffGuard
from server.catalog.messages import CreateProduct, HostProducts, SetStock, StockBook, VariantStock
from server.catalog.service import CatalogService
from server.core.http import answer, read
from server.stock.errors import StockNotLoaded
from server.stock.service import StockService


def setup(app: web.Application, stock: StockService, catalog: CatalogService, guard: StaffGuard) -> None:
    async def book(shop: str) -> StockBook:
        levels, counts = await stock.whole(shop)
        return StockBook(
            epoch=levels.epoch,
            seq=levels.seq,
            variants={
                variant: VariantStock(
                    stocked=count.stocked, available=count.available, held=count.held, sold=count.sold
                )
                for variant, count in counts.items()
            },
        )

    async def _known(shop: str) -> set[str]:
        try:
            return set(await stock.book(shop))
        except StockNotLoaded:  # `set_stock` opens the book of a new shop
            return set()

    async def products(request: web.Request) -> web.Response:
        shop = (await guard(request)).shop
        listed = await catalog.products(shop.id, shop.currency)
        return answer(HostProducts(products=listed, stock=await book(shop.id)))

    async def create(request: web.Request) -> web.Response:
        shop = (await guard(request)).shop
        body = await read(request, CreateProduct)
        product = await catalog.create(shop.id, shop.currency, body)
        stocked = {new.sku: new.stocked for new in body.variants if not new.parts}
        known = await _known(shop.id)  # a retry must not undo what was set since
        new = [v for v in product.variants if v.id not in known and v.sku in stocked]
        if new:
            await stock.set_stock(shop.id, {variant.id: stocked[variant.sku] for variant in new})
        return answer(product, status=201)

    async def set_stock(request: web.Request) -> web.Response:
        shop = (await guard(request)).shop
        variant = request.match_info["variant"]
        await catalog.require_stock(shop.id, variant)
        body = await read(request, SetStock)
        await stock.set_stock(shop.id, {variant: body.stocked})
        return answer(await book(shop.id))

    app.router.add_get("/api/v1/host/products", products)
    app.router.add_post("/api/v1/host/products", create)
    app.router.add_put("/api/v1/host/variants/{variant}/stock", set_stock)

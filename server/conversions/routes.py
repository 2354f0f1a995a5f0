"""Touches by beacon, and the report."""

import csv
import io

from aiohttp import web

from server.accounts.guard import StaffGuard
from server.accounts.service import AccountService
from server.conversions.messages import Accepted, BeaconTouches, Figures, Report
from server.conversions.service import ConversionService
from server.core.http import answer, read
from server.streams.service import Owned, StreamService

FIGURES = Figures.__struct_fields__
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet would run begins so."""


def setup(
    app: web.Application,
    conversions: ConversionService,
    streams: StreamService,
    accounts: AccountService,
    guard: StaffGuard,
) -> None:
    async def beacon(request: web.Request) -> web.Response:
        body = await read(request, BeaconTouches)
        grant = accounts.viewer(body.token)
        owned = await streams.get(body.stream)
        return answer(Accepted(accepted=await conversions.accept(grant, owned, body.touches)), status=202)

    async def report_of(request: web.Request) -> Report:
        staff = await guard(request)
        view = await streams.of(staff.shop, request.match_info["stream"])
        return await conversions.report(Owned(shop=staff.shop, view=view))

    async def report(request: web.Request) -> web.Response:
        return answer(await report_of(request))

    async def report_csv(request: web.Request) -> web.Response:
        found = await report_of(request)
        return web.Response(
            text=_csv(found),
            content_type="text/csv",
            headers={
                "Content-Disposition": f'attachment; filename="report-{found.stream}.csv"',
                "Cache-Control": "no-store",
            },
        )

    app.router.add_post("/api/v1/touches", beacon)
    app.router.add_get("/api/v1/host/streams/{stream}/report", report)
    app.router.add_get("/api/v1/host/streams/{stream}/report.csv", report_csv)


def _csv(report: Report) -> str:
    """A line per product, then the total. Money in minor units, its currency in a column of its own."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["product", "currency", "pinned_ms", *FIGURES])
    for row in report.products:
        name = "'" + row.product_name if row.product_name.startswith(FORMULA) else row.product_name
        writer.writerow(
            [name, report.currency, row.pinned_ms, *(getattr(row.figures, field) for field in FIGURES)]
        )
    writer.writerow(["total", report.currency, "", *(getattr(report.totals, field) for field in FIGURES)])
    return out.getvalue()

"""A receipt in words. Pure."""

from email.headerregistry import Address
from email.message import EmailMessage
from html import escape
from typing import Any

from server.checkout.confirmation import details_of
from server.checkout.countries import COUNTRIES
from server.core.money import format_money


def compose(row: dict[str, Any], shop: str, page: str, sender: str) -> EmailMessage:
    """Raises `ValueError` for an address that no mail can go to. The same order is the same Message-ID."""
    message = EmailMessage()
    in_header = " ".join(shop.splitlines())  # also at U+2028 and its like, which a header refuses
    message["From"] = Address(display_name=in_header, addr_spec=sender)
    message["To"] = Address(addr_spec=row["email"])
    message["Subject"] = f"Your order {row['number']} at {in_header}"
    message["Message-ID"] = f"<{row['id']}@{sender.rpartition('@')[2]}>"
    rows = _rows(row)
    to = _to(row)
    message.set_content(
        f"{shop}\n\nThank you. Your order {row['number']} is paid.\n\n"
        + "".join(f"{what}: {price}\n" for what, price in rows)
        + ("\nGoes to:\n" + "\n".join(to) + "\n" if to else "")
        + f"\nYour order as it is now:\n{page}\n"
    )
    cells = "".join(
        f"<tr><td>{escape(what)}</td><td align='right'>{escape(price)}</td></tr>" for what, price in rows
    )
    where = f"<p>Goes to:<br>{'<br>'.join(map(escape, to))}</p>" if to else ""
    message.add_alternative(
        f"<!doctype html><html lang='en'><body><h1>{escape(shop)}</h1>"
        f"<p>Thank you. Your order {escape(row['number'])} is paid.</p>"
        f"<table>{cells}</table>{where}"
        f"<p><a href='{escape(page)}'>Your order as it is now</a></p></body></html>",
        subtype="html",
    )
    return message


def _rows(row: dict[str, Any]) -> list[tuple[str, str]]:
    def money(amount: int) -> str:
        return format_money(amount, row["currency"])

    found = [
        (
            f"{line['quantity']} × {line['name']}, {line['variant_name']}",
            money(line["quantity"] * line["unit_price"]),
        )
        for line in row["lines"]
    ]
    details = details_of(row)
    if details and details.rate:
        found.append((f"Delivery, {details.rate.label}", money(row["shipping"])))
    if row["tax"] and not row["tax_inclusive"]:
        found.append(("Tax", money(row["tax"])))
    found.append(("Total", money(row["total"])))
    if row["tax"] and row["tax_inclusive"]:
        found.append(("Tax in it", money(row["tax"])))
    return found


def _to(row: dict[str, Any]) -> list[str]:
    details = details_of(row)
    if details is None or details.address is None:
        return []
    to = details.address
    town = " ".join(part for part in (to.postcode, to.city) if part)
    lines = (details.name, to.line1, to.line2, town, to.region, COUNTRIES.get(to.country))
    return [line for line in lines if line]

"""Where the demo shop delivers to, and its VAT."""

from server.checkout.messages import CountryTax, DeliveryRate, DeliveryZone, ShopDelivery

DELIVERY = ShopDelivery(
    zones=[
        DeliveryZone(
            name="Germany",
            countries=["DE"],
            rates=[
                DeliveryRate(id="de-post", label="Post", price=490, free_from=9000, min_days=2, max_days=3),
                DeliveryRate(id="de-express", label="Express", price=1290, min_days=1, max_days=1),
            ],
        ),
        DeliveryZone(
            name="Neighbours",
            countries=["AT", "BE", "CH", "CZ", "DK", "FR", "LU", "NL", "PL"],
            rates=[DeliveryRate(id="eu-post", label="Post", price=990, min_days=4, max_days=7)],
        ),
    ],
    home="DE",
    taxes=[
        CountryTax(country="AT", rate=2000),
        CountryTax(country="BE", rate=2100),
        CountryTax(country="CZ", rate=2100),
        CountryTax(country="DE", rate=1900),
        CountryTax(country="DK", rate=2500),
        CountryTax(country="FR", rate=2000),
        CountryTax(country="LU", rate=1700),
        CountryTax(country="NL", rate=2100),
        CountryTax(country="PL", rate=2300),
    ],
)

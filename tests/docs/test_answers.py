"""What the HTTP routes answer has the shape that docs/protocol.md gives."""

import re
from typing import Any

from tests.docs.document import Document, Section
from tests.infra.show import EMAIL, PASSWORD, Show

PAGE = Document()
ROUTES = {**PAGE.parts["HTTP: viewers"], **PAGE.parts["HTTP: the host"]}


class Asker:
    """Asks by the titles of the document's sections, and remembers which."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self.asked: set[str] = set()

    async def __call__(self, route: str, body: Any = None, *, token: str = "", **places: str) -> Any:
        section: Section = ROUTES[route]
        self.asked.add(route)
        method, _, path = route.partition(" ")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = self._show.url + path.format(**places)
        async with self._show.http.request(method, url, json=body, headers=headers) as response:
            assert str(response.status) in re.findall(r"Answer: (\d+)", section.text), await response.text()
            named = re.findall(r"Answer: \d+ \[(\w+)\]", section.text)
            if not named:
                assert f"`{response.content_type}`" in section.text
                return await response.text()
            answer = await response.json()
        PAGE.check(PAGE.kind(named[0]), answer)
        return answer


async def test_every_route_answers_what_is_described(show: Show) -> None:
    ask = Asker(show)
    host = "/api/v1/host"
    await ask("POST /api/v1/session", {"email": EMAIL, "password": PASSWORD})
    await ask("GET /api/v1/session")
    await ask(f"GET {host}/shop")
    await ask(f"PATCH {host}/shop", {"hold_seconds": 60})
    await ask(f"POST {host}/socket-pass")

    variant = {"sku": "PR-30", "name": "30 ml", "price": 4800, "stocked": 5}
    product = await ask(f"POST {host}/products", {"name": "=Pale Root", "variants": [variant]})
    await ask(f"GET {host}/products")
    sold = product["variants"][0]["id"]
    await ask(f"PUT {host}/variants/{{variant}}/stock", {"stocked": 6}, variant=sold)

    one = f"{host}/streams/{{stream}}"
    made = await ask(f"POST {host}/streams", {"title": "Three vetivers", "source_url": "/media/clip.mp4"})
    stream: str = made["id"]
    await ask(f"GET {host}/streams")
    await ask(f"GET {one}", stream=stream)
    await ask(f"PATCH {one}", {"disclosure": "My own shop"}, stream=stream)
    await ask(f"POST {one}/start", stream=stream)
    await ask(f"PUT {one}/line-up", {"products": [product["id"]]}, stream=stream)
    await ask(f"GET {one}/line-up", stream=stream)
    shown = await ask(f"POST {one}/pins", {"product": product["id"], "key": "answers-1"}, stream=stream)
    await ask(f"GET {one}/pins", stream=stream)
    pin: str = shown["pins"][0]["id"]
    await ask(f"PUT {one}/pins", {"pins": [pin]}, stream=stream)

    options = [{"text": "Pale Root"}, {"text": "Wet Slate"}]
    draft = {"question": "Which next?", "options": options}
    poll: str = (await ask(f"POST {one}/polls", draft, stream=stream))["poll"]["id"]
    await ask(f"PUT {one}/polls/{{poll}}", {**draft, "seconds": 60}, stream=stream, poll=poll)
    await ask(f"POST {one}/polls/{{poll}}/open", stream=stream, poll=poll)
    await ask(f"GET {one}/polls", stream=stream)

    await chat(show, ask, stream)

    room = await ask("GET /api/v1/streams/{stream}/room", stream=stream)
    assert room["snapshot"]["poll"]["id"] == poll
    assert room["snapshot"]["pins"] == shown["pins"]
    issued = await ask("POST /api/v1/streams/{stream}/pass", {}, stream=stream)
    token: str = issued["token"]
    touch = {"id": "touch-1", "kind": "click", "channel": "live", "at": room["now"], "pin": pin}
    await ask("POST /api/v1/touches", {"token": token, "stream": stream, "touches": [touch]})
    viewer = await show.viewer(await show.services.streams.of(show.shop, stream))
    pinned = await show.services.pins.pin(stream, pin)
    hold = await viewer.hold(pinned)
    opened = await ask("POST /api/v1/checkouts", {"hold": hold["id"]}, token=viewer.token)
    order: str = opened["order"]["id"]
    details = {"email": "a@example.com", "name": "Ada"}
    rate = {"id": "post", "label": "Post", "price": 490}
    delivery = {"zones": [{"name": "Home", "countries": ["DE"], "rates": [rate]}], "home": "DE"}
    assert await ask(f"PUT {host}/delivery", delivery) == await ask(f"GET {host}/delivery")
    await ask("POST /api/v1/orders/{order}/details", details, token=viewer.token, order=order)
    await ask("POST /api/v1/orders/{order}/reserve", token=viewer.token, order=opened["order"]["id"])
    await viewer.pay(opened)
    await viewer.until_order(opened, "paid")
    await ask("GET /api/v1/orders/{order}", token=viewer.token, order=order)
    await ask("POST /api/v1/orders/{order}/cancel", token=viewer.token, order=order)

    report = await ask(f"GET {one}/report", stream=stream)
    assert [row["product_name"] for row in report["products"]] == ["=Pale Root"]
    lines = (await ask(f"GET {one}/report.csv", stream=stream)).splitlines()
    figures = list(PAGE.objects["Figures"])
    assert lines[0].split(",") == ["product", "currency", "pinned_ms", *figures]
    assert lines[1].startswith("'=Pale Root,eur,")
    await ask(f"DELETE {one}/pins/{{pin}}", stream=stream, pin=pin)
    await ask(f"POST {one}/polls/{{poll}}/close", stream=stream, poll=poll)
    await ask(f"POST {one}/polls/{{poll}}/hide", stream=stream, poll=poll)
    spare = (await ask(f"POST {one}/polls", draft, stream=stream))["poll"]["id"]
    await ask(f"DELETE {one}/polls/{{poll}}", stream=stream, poll=spare)
    await ask(f"POST {one}/end", stream=stream)
    await ask("DELETE /api/v1/session")
    assert ask.asked == set(ROUTES)
    async with show.http.put(show.url + "/api/v1/touches") as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")
        assert (await response.json())["error"]["code"] == "method_not_allowed"
    assert await show.call("GET", "/healthz") == await show.call("GET", "/readyz") == {}


async def chat(show: Show, ask: Asker, stream: str) -> None:
    of, people = "/api/v1/host/streams/{stream}/chat", "/api/v1/host/chat/people"
    viewer = await show.viewer(await show.services.streams.of(show.shop, stream))
    person: str = (await viewer.take_name("Ada"))["person"]
    asked = (await viewer.say("Why?", kind="question"))["id"]
    rules = await ask(f"PATCH {of}", {"approve": True, "words": ["scam"]}, stream=stream)
    assert rules["approve"]
    held = await viewer.say("Hello")
    assert held["state"] == "held"
    found = await ask(f"GET {of}", stream=stream)
    assert (found["waiting"], found["words"]) == ([held], ["scam"])
    await ask(f"POST {of}/messages/{{message}}/approve", stream=stream, message=held["id"])
    reply = {"key": "answers-1", "text": "Because.", "reply_to": asked}
    said = await ask(f"POST {of}/messages", reply, stream=stream)
    await ask(f"PUT {of}/pinned", {"message": said["message"]["id"]}, stream=stream)
    await ask(f"PUT {of}/questions/{{question}}", {"answered": False}, stream=stream, question=asked)
    await ask(f"PUT {people}/{{person}}", {"what": "mute", "seconds": 60}, person=person)
    listed = await ask(f"GET {people}")
    assert [each["person"]["id"] for each in listed["people"]] == [person]
    await ask(f"DELETE {of}/messages/{{message}}", stream=stream, message=held["id"])
    acts = (await ask("GET /api/v1/host/chat/audit"))["acts"]
    assert {act["what"] for act in acts} == {
        "remove", "mute", "unanswered", "pin", "answered", "say", "approve", "change",
    }  # fmt: skip

"""Every command of the socket, with a good body."""

from tests.faults.cases import HOST, VIEWER, Case, touch
from tests.infra.show import fresh_key

COMMANDS: dict[str, Case] = {
    "room.join": Case(
        VIEWER, lambda stage: {"stream": stage.live.id, "since": {"epoch": "e", "seq": 0}}, ("stream",)
    ),
    "hold.create": Case(
        VIEWER,
        lambda stage: {
            "key": fresh_key(),
            "stream": stage.live.id,
            "pin": stage.pin.id,
            "variant": stage.product.variants[0].id,
            "quantity": 1,
            "basket": False,
        },
        ("key", "stream", "pin", "variant", "quantity"),
    ),
    "hold.wait": Case(
        VIEWER,
        lambda stage: {
            "key": fresh_key(),
            "stream": stage.live.id,
            "pin": stage.pin.id,
            "variant": stage.product.variants[0].id,
            "quantity": 1,
        },
        ("key", "stream", "pin", "variant"),
    ),
    "hold.unwait": Case(VIEWER, lambda stage: {"variant": stage.product.variants[0].id}, ("variant",)),
    "hold.mine": Case(VIEWER, lambda stage: {"stream": stage.live.id}, ("stream",)),
    "hold.extend": Case(
        VIEWER, lambda stage: {"hold": stage.hold["id"], "key": fresh_key()}, ("hold", "key")
    ),
    "hold.change": Case(
        VIEWER,
        lambda stage: {
            "hold": stage.hold["id"],
            "key": fresh_key(),
            "picks": [{"pin": stage.pin.id, "variant": stage.product.variants[0].id, "quantity": 1}],
        },
        ("hold", "key", "picks"),
    ),
    "hold.release": Case(VIEWER, lambda stage: {"hold": stage.hold["id"]}, ("hold",)),
    "poll.vote": Case(
        VIEWER,
        lambda stage: {"stream": stage.live.id, "poll": stage.poll, "options": ["o1"]},
        ("stream", "poll", "options"),
    ),
    "poll.ballot": Case(
        VIEWER, lambda stage: {"stream": stage.live.id, "poll": stage.poll}, ("stream", "poll")
    ),
    "touches.report": Case(
        VIEWER, lambda stage: {"stream": stage.live.id, "touches": [touch(stage)]}, ("stream", "touches")
    ),
    "chat.open": Case(
        VIEWER, lambda stage: {"stream": stage.live.id, "since": {"epoch": "e", "seq": 0}}, ("stream",)
    ),
    "chat.choose_name": Case(
        VIEWER, lambda stage: {"stream": stage.live.id, "as_name": "Ada"}, ("stream", "as_name")
    ),
    "chat.say": Case(
        VIEWER,
        lambda stage: {
            "stream": stage.live.id,
            "key": fresh_key(),
            "text": "Hello there",
            "kind": "message",
        },
        ("stream", "key", "text"),
    ),
    "chat.upvote": Case(
        VIEWER,
        lambda stage: {"stream": stage.live.id, "question": stage.question, "up": True},
        ("stream", "question"),
    ),
    "chat.react": Case(
        VIEWER, lambda stage: {"stream": stage.live.id, "reaction": "heart"}, ("stream", "reaction")
    ),
    "chat.close": Case(VIEWER, lambda stage: {"stream": stage.live.id}, ("stream",)),
    "numbers.watch": Case(HOST, lambda stage: {"stream": stage.live.id}, ("stream",)),
}

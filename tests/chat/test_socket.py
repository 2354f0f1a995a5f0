"""The chat as viewers and the host have it: over real sockets, through the whole application."""

from server.streams.messages import StreamView
from tests.infra.show import Show, Viewer


async def chatter(show: Show, stream: StreamView, name: str) -> Viewer:
    viewer = await show.viewer(stream)
    await viewer.socket.ask("chat.open", {"stream": stream.id})
    await viewer.take_name(name)
    return viewer


async def test_what_one_says_all_hear(show: Show) -> None:
    stream = await show.stream()
    ada, bo = await chatter(show, stream, "Ada"), await chatter(show, stream, "Bo")
    said = await ada.say("<b>Hi</b> \u202eyou")
    assert said["text"] == "<b>Hi</b> you"
    assert said["author"]["name"] == "Ada"
    assert said["author"]["id"] != ada.id
    told = await bo.socket.told("chat.said")
    assert (told["messages"], told["after"], told["seq"]) == ([said], 0, 1)
    opened = await bo.socket.ask("chat.open", {"stream": stream.id})
    assert opened["log"]["messages"] == [said]

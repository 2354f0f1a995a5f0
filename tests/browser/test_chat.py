"""Viewers talk, ask and react, in real browsers; the host moderates."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from server.accounts.messages import ChangeShop
from tests.browser.chromium import PHONE, Chromium, Screen
from tests.browser.conftest import Stage
from tests.infra.show import fresh_key

pytestmark = pytest.mark.browser
MARKUP = '<img src=x onerror="document.title=\'run\'"><b>bold</b> &amp; <script>document.title="run"</script>'


async def host(stage: Stage, method: str, path: str, body: Any = None) -> Any:
    return await stage.show.call(method, f"/api/v1/host/streams/{stage.stream.id}/chat{path}", body)


async def say(screen: Screen, text: str, name: str = "") -> None:
    await screen.part("chat-input").fill(text)
    await screen.part("chat-input").press("Enter")
    if name:
        await screen.part("chat-name-input").fill(name)
        await screen.part("chat-name-input").press("Enter")
    await expect(line(screen, text)).to_have_attribute("data-state", "there")


def line(screen: Screen, text: str) -> Locator:
    return screen.part("chat-line").filter(has_text=text)


async def person_of(stage: Stage, text: str) -> str:
    log = (await host(stage, "GET", ""))["log"]
    found: str = next(each["author"]["id"] for each in log["messages"] if each["text"] == text)
    return found


async def test_what_one_says_the_others_read_as_text(stage: Stage, browser: Chromium) -> None:
    ada, bo = await browser.open(stage.watch), await browser.open(stage.watch, size=PHONE)
    await expect(ada.part("chat-empty")).to_be_visible(timeout=15_000)
    await browser.picture(ada, "chat-empty-desktop")
    await say(ada, "Is the smoke one very strong?", "Ada")
    await expect(line(bo, "Is the smoke one")).to_be_visible()
    await expect(line(bo, "Is the smoke one").locator('[data-pc="chat-name"]')).to_have_text("Ada")
    await say(bo, MARKUP[:190], "Bo")
    await expect(line(ada, "bold").locator('[data-pc="chat-text"]')).to_have_text(MARKUP[:190])
    assert await ada.page.locator("[data-pc=chat-log] img, [data-pc=chat-log] b b").count() == 0
    assert await ada.page.title() != "run"
    # A name is chosen once: the second message goes at once.
    await say(ada, "\u0645\u0631\u062d\u0628\u0627, right to left stays in its own line")
    await expect(line(bo, "right to left")).to_be_visible()

    first = (await host(stage, "GET", ""))["log"]["messages"][0]
    answer = {
        "key": fresh_key(),
        "text": "It opens loud and is soft after ten minutes.",
        "reply_to": first["id"],
    }
    await host(stage, "POST", "/messages", answer)
    spoken = line(ada, "It opens loud")
    await expect(spoken.locator('[data-pc="chat-staff"]')).to_have_text("Host")
    await expect(spoken.locator('[data-pc="chat-reply"]')).to_contain_text("Is the smoke one very strong?")
    await host(stage, "PUT", "/pinned", {"message": first["id"]})
    await expect(bo.part("chat-pinned")).to_contain_text("Is the smoke one")
    await browser.picture(ada, "chat-desktop")
    await bo.part("chat-log").scroll_into_view_if_needed()
    await browser.picture(bo, "chat-phone")
    await host(stage, "DELETE", f"/messages/{first['id']}")
    await expect(line(ada, "Is the smoke one very strong?").and_(ada.part("chat-line").first)).to_be_hidden()
    await expect(bo.part("chat-pinned")).to_be_hidden()
    assert ada.complaints == []
    assert bo.complaints == []


async def test_the_log_keeps_its_place_and_counts_what_is_new(stage: Stage, browser: Chromium) -> None:
    reader = await browser.open(stage.watch)
    await expect(reader.part("chat-empty")).to_be_visible(timeout=15_000)
    for number in range(30):
        await host(stage, "POST", "/messages", {"key": fresh_key(), "text": f"line number {number}"})
    await expect(line(reader, "line number 29")).to_be_in_viewport()
    log = reader.part("chat-log")
    await log.evaluate("log => { log.scrollTop = 40; }")
    for number in (30, 31):
        await host(stage, "POST", "/messages", {"key": fresh_key(), "text": f"line number {number}"})
    await expect(reader.part("chat-new")).to_contain_text("2 new")
    assert await log.evaluate("log => log.scrollTop") == 40
    await browser.picture(reader, "chat-new-desktop")
    await reader.part("chat-new").click()
    await expect(line(reader, "line number 31")).to_be_in_viewport()
    await expect(reader.part("chat-new")).to_be_hidden()


async def test_who_may_not_speak_is_told_so(stage: Stage, browser: Chromium) -> None:
    ada = await browser.open(stage.watch)
    await expect(ada.part("chat-input")).to_be_visible(timeout=15_000)
    await say(ada, "the first words", "Ada")
    person = await person_of(stage, "the first words")
    await stage.show.call("PUT", f"/api/v1/host/chat/people/{person}", {"what": "mute", "seconds": 600})
    await expect(ada.part("chat-barred")).to_have_text(
        re.compile(r"The host has muted you until \d\d:\d\d\. You can read on\.")
    )
    await browser.picture(ada, "chat-muted-desktop")
    await stage.show.call("PUT", f"/api/v1/host/chat/people/{person}", {"what": "free"})
    await expect(ada.part("chat-input")).to_be_visible()
    await stage.show.call("PUT", f"/api/v1/host/chat/people/{person}", {"what": "ban", "remove": True})
    await expect(ada.part("chat-barred")).to_contain_text("taken you out")
    await expect(line(ada, "the first words")).to_be_hidden()
    await stage.show.call("PUT", f"/api/v1/host/chat/people/{person}", {"what": "free"})
    await host(stage, "PATCH", "", {"slow_s": 120})
    await ada.part("chat-input").fill("the second words")
    await ada.part("chat-input").press("Enter")
    await expect(ada.part("chat-failed")).to_contain_text("Not sent. Slow mode")
    await expect(ada.part("chat-hint")).to_have_text(re.compile(r"You can write again in 1[012]\d s\."))
    await host(stage, "PATCH", "", {"slow_s": 0})
    await ada.part("chat-again").click()
    await expect(line(ada, "the second words")).to_have_attribute("data-state", "there")
    await host(stage, "PATCH", "", {"open": False})
    await expect(ada.part("chat-barred")).to_contain_text("The host has closed the chat")
    assert ada.complaints == []


async def test_a_held_message_waits_and_is_seen_by_its_author_alone(stage: Stage, browser: Chromium) -> None:
    ada, bo = await browser.open(stage.watch), await browser.open(stage.watch)
    await expect(bo.part("chat-empty")).to_be_visible(timeout=15_000)
    await expect(ada.part("chat-input")).to_be_visible(timeout=15_000)
    await host(stage, "PATCH", "", {"approve": True})
    await say(ada, "please let me in", "Ada")
    await expect(ada.part("chat-held")).to_have_text("waits for the host")
    await expect(bo.part("chat-empty")).to_be_visible()
    waiting = (await host(stage, "GET", ""))["waiting"]
    await host(stage, "POST", f"/messages/{waiting[0]['id']}/approve")
    await expect(line(bo, "please let me in")).to_be_visible()
    await expect(ada.part("chat-held")).to_be_hidden()
    await expect(line(ada, "please let me in")).to_have_count(1)


async def test_a_name_that_is_taken_is_refused_in_words(stage: Stage, browser: Chromium) -> None:
    ada, bo = await browser.open(stage.watch), await browser.open(stage.watch)
    await expect(ada.part("chat-input")).to_be_visible(timeout=15_000)
    await say(ada, "hello", "Ada")
    await bo.part("chat-input").fill("hello too")
    await bo.part("chat-input").press("Enter")
    await expect(bo.part("chat-name-input")).to_be_focused()
    await bo.part("chat-name-input").fill("ada")
    await bo.part("chat-name-send").click()
    await expect(bo.part("chat-name-error")).to_contain_text("Somebody has this name")
    await browser.picture(bo, "chat-name-desktop")
    await bo.part("chat-name-input").fill("Bo")
    await bo.part("chat-name-send").click()
    await expect(line(ada, "hello too")).to_be_visible()


async def test_questions_are_voted_up_and_answered(stage: Stage, browser: Chromium) -> None:
    ada, bo = await browser.open(stage.watch), await browser.open(stage.watch, size=PHONE)
    for screen, name in ((ada, "Ada"), (bo, "Bo")):
        await expect(screen.part("chat-input")).to_be_visible(timeout=15_000)
        await say(screen, f"{name} is here", name)
        await screen.part("chat-tab-question").click()
    await expect(bo.part("chat-no-questions")).to_be_visible()
    await ada.part("chat-input").fill("Do you ship refills to Norway?")
    await ada.part("chat-send").click()
    await ada.part("chat-input").fill("How long does a vial last?")
    await ada.part("chat-send").click()
    await expect(bo.part("chat-question")).to_have_count(2)
    wanted = bo.part("chat-question").filter(has_text="Norway")
    await wanted.locator('[data-pc="chat-vote"]').click()
    await expect(bo.part("chat-question").first).to_contain_text("Norway")
    await expect(ada.part("chat-question").first.locator('[data-pc="chat-vote"]')).to_have_text("1")
    await expect(wanted.locator('[data-pc="chat-vote"]')).to_have_attribute("aria-pressed", "true")
    questions = (await host(stage, "GET", ""))["log"]["questions"]
    await host(stage, "PUT", f"/questions/{questions[0]['id']}", {"answered": True})
    await expect(ada.part("chat-answered")).to_contain_text("answered")
    await browser.picture(ada, "questions-desktop")
    await wanted.locator('[data-pc="chat-vote"]').click()
    await expect(wanted.locator('[data-pc="chat-vote"]')).to_have_text("0")
    await bo.page.reload()
    await bo.part("chat-tab-question").click()
    await expect(bo.part("chat-question")).to_have_count(2, timeout=15_000)


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
async def test_in_an_embed_the_chat_is_behind_a_button(
    stage: Stage, browser: Chromium, elsewhere: str, size: dict[str, int] | None
) -> None:
    await stage.show.services.accounts.change_shop(
        stage.show.shop.id, ChangeShop(allowed_origins=[elsewhere])
    )
    await stage.pin("Cellar Batch, 40 numbered")
    viewer = await (browser.open(elsewhere, size=size) if size else browser.open(elsewhere))
    await expect(viewer.part("buy")).to_be_visible(timeout=15_000)
    assert not any("/build/chat-" in each for each in await loaded(viewer)), (
        "the chat was loaded before it was asked for"
    )
    await viewer.part("chat-toggle").click()
    await expect(viewer.part("chat-empty")).to_be_visible()
    if not size:
        await expect(viewer.part("chat-input")).to_be_focused()
    await host(stage, "POST", "/messages", {"key": fresh_key(), "text": "Welcome to the show"})
    await expect(line(viewer, "Welcome")).to_be_visible()
    await browser.picture(viewer, f"chat-embed-{'phone' if size else 'desktop'}")
    video = await viewer.part("video").bounding_box()
    panel = await viewer.part("chat-place").bounding_box()
    assert video is not None
    assert panel is not None
    if size:
        assert panel["y"] >= video["y"] + video["height"] - 1, "the chat covers the picture"
    await viewer.page.keyboard.press("Escape") if not size else await viewer.part("chat-close").click()
    await expect(viewer.part("chat-place")).to_be_hidden()
    await expect(viewer.part("chat-toggle")).to_be_focused()
    await host(stage, "POST", "/messages", {"key": fresh_key(), "text": "You missed this"})
    await expect(viewer.part("chat-unread")).to_have_text("1")
    await viewer.part("chat-toggle").click()
    await expect(line(viewer, "You missed this")).to_be_visible()
    await expect(viewer.part("chat-unread")).to_be_hidden()
    assert [text for text in viewer.complaints if "404" not in text] == []


async def loaded(screen: Screen) -> list[str]:
    found: list[str] = await screen.page.evaluate(
        "() => performance.getEntriesByType('resource').map((each) => each.name)"
    )
    return found


async def test_reactions_rise_a_few_at_a_time_or_are_counted(stage: Stage, browser: Chromium) -> None:
    still, moving = await browser.open(stage.watch), await browser.open(stage.watch)
    await moving.page.emulate_media(reduced_motion="no-preference")
    await moving.page.reload()
    await expect(moving.part("react-fire")).to_be_visible(timeout=15_000)
    await still.part("react-heart").click()
    await expect(moving.part("sky").locator("[data-reaction=heart]").first).to_be_attached()
    await expect(still.part("react-heart")).to_have_text("1")  # the own one, once
    await expect(still.part("sky").locator("span")).to_have_count(0)
    await moving.part("sky").evaluate(COUNT_MOST)
    crowd = [await stage.show.viewer(stage.stream) for _ in range(5)]
    for name in ("heart", "clap", "fire", "laugh", "wow"):
        for viewer in crowd:
            await viewer.socket.ask("chat.react", {"stream": stage.stream.id, "reaction": name})
    await moving.page.wait_for_function("() => window.most >= 12")
    await expect(moving.part("sky").locator("svg")).to_have_count(0, timeout=15_000)
    assert await moving.page.evaluate("() => window.most") == 12


COUNT_MOST = """sky => {
  window.most = 0;
  const look = () => { window.most = Math.max(window.most, sky.childElementCount); };
  new MutationObserver(look).observe(sky, {childList: true});
}"""


async def test_without_a_chat_there_is_none_of_it(stage: Stage, browser: Chromium) -> None:
    viewer = await browser.open(stage.watch)
    await expect(viewer.part("react-heart")).to_be_visible(timeout=15_000)
    await viewer.page.evaluate("() => document.querySelector('proofcast-stream').setAttribute('chat', 'off')")
    await expect(viewer.part("react-heart")).to_be_hidden()
    await expect(viewer.part("chat-place")).to_be_hidden()
    await expect(viewer.part("chat-toggle")).to_be_hidden()

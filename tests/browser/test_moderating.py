"""The chat from the host panel, in a real browser."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.chromium import PHONE, Chromium, Screen
from tests.browser.conftest import Stage
from tests.infra.show import Refused, Viewer, fresh_key

pytestmark = pytest.mark.browser


async def in_the_panel(stage: Stage, browser: Chromium, **how: Any) -> Screen:
    host = await browser.open(stage.host, **how)
    await stage.sign_in(host)
    await expect(host.part(f"stream-{stage.stream.id}")).to_be_visible()
    await host.page.goto(stage.panel)
    return host


async def speaker(stage: Stage, name: str) -> Viewer:
    viewer = await stage.show.viewer(stage.stream)
    await viewer.socket.ask("chat.open", {"stream": stage.stream.id})
    await viewer.take_name(name)
    return viewer


async def says(viewer: Viewer, text: str, kind: str = "message") -> str:
    message: str = (await viewer.say(text, kind=kind))["id"]
    return message


async def choose(host: Screen, message: str, item: str) -> None:
    await host.part(f"said-{message}").hover()
    await host.part(f"chat-more-{message}").click()
    await host.part(f"chat-{item}").click()


async def test_the_host_answers_pins_deletes_and_mutes(stage: Stage, browser: Chromium) -> None:
    ines, marek = await speaker(stage, "Ines"), await speaker(stage, "Marek")
    host = await in_the_panel(stage, browser)
    await expect(host.part("chat-none")).to_be_visible()
    asked = await says(ines, "Is it the same <b>harvest</b>?")
    rude = await says(marek, "Nobody needs this")
    await expect(host.part(f"said-{asked}")).to_contain_text("Is it the same <b>harvest</b>?")
    await expect(host.part(f"said-{rude}")).to_be_visible()

    await choose(host, asked, "reply")
    await host.part("chat-say").fill("It is, so yes.")
    await host.part("chat-say").press("Enter")
    await expect(host.part("chat-log").get_by_text("It is, so yes.")).to_be_visible()
    told = await ines.socket.told("chat.said", seq=3)
    assert told["messages"][-1]["reply_to"]["id"] == asked
    assert told["messages"][-1]["author"]["staff"]

    await choose(host, told["messages"][-1]["id"], "pin")
    await expect(host.part("chat-pinned")).to_contain_text("It is, so yes.")
    assert (await ines.socket.told("chat.pinned"))["message"]["text"] == "It is, so yes."
    await browser.picture(host, "host-chat-desktop")

    await choose(host, rude, "mute-10")
    await expect(host.part("toast")).to_have_text(re.compile("Marek is muted for 10 min"))
    await expect(host.part(f"said-{rude}")).to_contain_text("muted")
    with pytest.raises(Refused, match=r"chat\.muted"):
        await says(marek, "Why not?")
    await host.part("undo").click()
    await expect(host.part(f"said-{rude}")).not_to_contain_text("muted")
    await choose(host, rude, "delete")
    await expect(host.part(f"said-{rude}")).to_be_hidden()
    assert (await ines.socket.told("chat.removed"))["messages"] == [rude]
    assert host.complaints == []


async def test_what_waits_is_decided_by_key(stage: Stage, browser: Chromium) -> None:
    host = await in_the_panel(stage, browser)
    await host.part("chat-settings").click()
    await host.part("chat-rule-approve").check()
    await expect(host.part("chat-settings-said")).to_contain_text("Messages wait for approval")
    await host.part("chat-settings-close").click()
    await expect(host.part("chat-rules")).to_have_text("Everything waits for approval")

    ines = await speaker(stage, "Ines")
    good, bad = await says(ines, "Pale Root for me"), await says(ines, "buy fakes at my shop")
    await host.part("chat-tab-waiting").click()
    await expect(host.part(f"waits-{bad}")).to_be_visible()
    await browser.picture(host, "host-waiting-desktop")
    await host.part("chat-waiting").focus()
    await host.page.keyboard.press("j")
    await host.page.keyboard.press("a")
    await expect(host.part(f"waits-{good}")).to_be_hidden()
    assert (await ines.socket.told("chat.said"))["messages"][0]["id"] == good
    await expect(host.part(f"waits-{bad}")).to_be_focused()
    await host.page.keyboard.press("d")
    await expect(host.part("waiting-none")).to_be_visible()
    await host.part("chat-tab-said").click()
    await expect(host.part(f"said-{good}")).to_be_visible()
    await expect(host.part(f"said-{bad}")).to_be_hidden()
    assert host.complaints == []


async def test_questions_words_people_and_the_log(stage: Stage, browser: Chromium) -> None:
    ines, marek = await speaker(stage, "Ines"), await speaker(stage, "Marek")
    first = await says(ines, "Is there alcohol in it?", "question")
    second = await says(marek, "How long does the 30 ml last?", "question")
    await ines.socket.ask("chat.upvote", {"stream": stage.stream.id, "question": second})
    host = await in_the_panel(stage, browser)
    await host.part("chat-tab-asked").click()
    rows = host.page.locator('[data-pc="chat-questions"] > li')
    await expect(rows.first).to_contain_text("How long does the 30 ml last?")
    await browser.picture(host, "host-questions-desktop")
    await host.part(f"question-reply-{second}").click()
    await host.part("chat-say").fill("About four months.")
    await host.part("chat-send").click()
    await expect(host.part(f"question-{second}")).to_have_attribute("data-answered", "true")
    await expect(rows.first).to_contain_text("Is there alcohol in it?")
    await host.part(f"question-answered-{first}").click()
    await expect(host.part(f"question-{first}")).to_have_attribute("data-answered", "true")
    await host.part("undo").click()
    await expect(host.part(f"question-{first}")).to_have_attribute("data-answered", "false")

    await host.part("chat-settings").click()
    await host.part("chat-words").fill("fake\nFake\ncheap")
    await expect(host.part("chat-words-count")).to_have_text("2 words")
    await host.part("chat-words-save").click()
    await expect(host.part("chat-settings-said")).to_have_text("The word list is kept.")
    await browser.picture(host, "host-chat-rules-desktop")
    held = await says(marek, "so FÁKE")
    await host.part("chat-settings-close").click()
    await host.part("chat-tab-waiting").click()
    await host.part(f"waits-{held}").get_by_title("More").click()
    await host.part("chat-ban").click()
    await expect(host.part("toast")).to_have_text(re.compile("Marek is banned"))
    await host.part("chat-settings").click()
    await host.part("settings-people").click()
    await expect(host.part("chat-people")).to_contain_text("Marek")
    await host.part("chat-people").get_by_role("button", name="Let Marek speak again").click()
    await expect(host.part("people-none")).to_be_visible()
    await host.part("settings-audit").click()
    await expect(host.part("chat-audit")).to_contain_text("lifted the mute or ban of Marek")
    await browser.picture(host, "host-chat-log-desktop")
    assert host.complaints == []


async def test_the_chat_fits_a_phone(stage: Stage, browser: Chromium) -> None:
    ines = await speaker(stage, "Ines")
    said = await says(ines, "Hello from Lisbon, and from " + "averylongwordwithoutanyspace" * 4)
    host = await in_the_panel(stage, browser, size=PHONE)
    await host.part("tab-chat").click()
    await expect(host.part(f"said-{said}")).to_be_visible()
    await browser.picture(host, "host-chat-phone")
    width = await host.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    await host.part(f"chat-more-{said}").click()
    await expect(host.part("chat-delete")).to_have_text(re.compile("Delete for everyone"))
    await browser.picture(host, "host-chat-menu-phone")


async def test_reading_is_not_disturbed_by_what_comes(stage: Stage, browser: Chromium) -> None:
    ines = await speaker(stage, "Ines")
    for at in range(30):
        path = f"/api/v1/host/streams/{stage.stream.id}/chat/messages"
        await stage.show.call("POST", path, {"key": fresh_key(), "text": f"Line {at} of what the host says"})
    host = await in_the_panel(stage, browser)
    log = host.part("chat-log")
    await expect(log.get_by_text("Line 29 of")).to_be_in_viewport()
    await log.evaluate("(list) => list.scrollTo(0, 0)")
    await expect(log.get_by_text("Line 0 of")).to_be_in_viewport()
    said = await says(ines, "Something new")
    await expect(host.part("chat-fresh")).to_have_text(re.compile("1 new message"))
    await expect(log.get_by_text("Line 0 of")).to_be_in_viewport()
    await host.part("chat-fresh").click()
    await expect(host.part(f"said-{said}")).to_be_in_viewport()
    await expect(host.part("chat-fresh")).to_be_hidden()


async def test_a_lost_link_is_said_and_made_up_for(stage: Stage, browser: Chromium) -> None:
    ines = await speaker(stage, "Ines")
    first = await says(ines, "Before")
    host = await in_the_panel(stage, browser)
    await expect(host.part(f"said-{first}")).to_be_visible()
    await host.context.set_offline(True)
    await expect(host.part("lost-note").last).to_be_visible(timeout=15_000)
    second = await says(ines, "Meanwhile")
    await stage.show.call("DELETE", f"/api/v1/host/streams/{stage.stream.id}/chat/messages/{first}")
    await host.context.set_offline(False)
    await expect(host.part(f"said-{second}")).to_be_visible(timeout=20_000)
    await expect(host.part(f"said-{first}")).to_be_hidden()
    await expect(host.part("lost-note").last).to_be_hidden()

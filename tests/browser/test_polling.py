"""Polls from the host panel, in a real browser."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.chromium import PHONE, Chromium, Screen
from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser
QUESTION = "Which one would you wear on a rainy Monday?"


async def at_the_polls(stage: Stage, browser: Chromium, **how: object) -> Screen:
    host = await browser.open(stage.host, **how)  # type: ignore[arg-type]
    await stage.sign_in(host)
    await expect(host.part(f"stream-{stage.stream.id}")).to_be_visible()
    await host.page.goto(stage.panel)
    await host.part("tab-polls").click()
    await expect(host.part("poll-new")).to_be_visible()
    return host


async def write(host: Screen, question: str, *answers: str) -> None:
    await host.part("poll-new").click()
    await host.part("poll-form-question").fill(question)
    for at, answer in enumerate(answers):
        if at > 1:
            await host.part("poll-add-option").click()
        await host.part(f"poll-option-{at}").fill(answer)


async def test_a_poll_is_prepared_opened_and_closed(stage: Stage, browser: Chromium) -> None:
    host = await at_the_polls(stage, browser)
    await expect(host.part("polls-none")).to_be_visible()
    await write(host, QUESTION, "Pale Root", "Wet Slate", "Ember Loam")
    await browser.picture(host, "host-poll-form-desktop")
    await host.part("poll-save").click()
    await expect(host.page.get_by_text(QUESTION)).to_be_visible()
    made = (await stage.show.call("GET", f"/api/v1/host/streams/{stage.stream.id}/polls"))["polls"][0]["poll"]
    poll = made["id"]
    await expect(host.part(f"poll-{poll}")).to_have_attribute("data-state", "draft")

    await host.page.keyboard.press("p")
    await expect(host.part(f"poll-{poll}")).to_have_attribute("data-state", "open")
    screen = await browser.open(stage.watch)
    await screen.part("poll-option").nth(1).click()
    await expect(host.part("voters")).to_have_text("1 voter")
    viewers = [await stage.show.viewer(stage.stream) for _ in range(2)]
    for viewer, option in zip(viewers, ("o2", "o1"), strict=True):
        vote = {"stream": stage.stream.id, "poll": poll, "options": [option]}
        await viewer.socket.ask("poll.vote", vote)
    await expect(host.part("voters")).to_have_text("3 voters")
    await expect(host.part("votes-o2")).to_have_text(re.compile("2.*67 %"))
    await browser.picture(host, "host-poll-desktop")

    await host.part(f"poll-close-{poll}").click()
    await host.part("confirm").click()
    await expect(host.part(f"poll-{poll}")).to_have_attribute("data-state", "closed")
    told = await viewers[0].socket.told("poll.closed")
    assert told["poll"]["tally"]["counts"]["o2"] == 2
    await expect(screen.part("poll")).to_have_attribute("data-state", "closed")
    await expect(screen.part("poll-option").nth(1)).to_contain_text("67%")
    await host.part(f"poll-hide-{poll}").click()
    await expect(screen.part("poll")).to_be_hidden()
    await host.page.reload()
    await host.part("tab-polls").click()
    ended = host.part(f"poll-{poll}")
    await ended.get_by_text(QUESTION).first.click()
    await expect(ended.get_by_text("67 %")).to_be_visible()
    assert host.complaints == []
    assert screen.complaints == []


async def test_what_is_typed_is_checked_and_kept(stage: Stage, browser: Chromium) -> None:
    host = await at_the_polls(stage, browser)
    await write(host, QUESTION, "Pale Root", "pale root")
    await host.part("poll-save").click()
    await expect(host.page.get_by_text("This answer is there already.")).to_be_visible()
    await host.page.keyboard.press("Escape")
    await expect(host.part("poll-form-question")).to_be_hidden()
    await host.part("poll-new").click()
    await expect(host.part("poll-form-question")).to_have_value(QUESTION)
    await host.part("poll-kind-quiz").check()
    await host.part("poll-option-1").fill("Ember Loam")
    await host.part("poll-save").click()
    await expect(host.page.get_by_text("Mark the right answer.")).to_be_visible()
    await host.part("poll-right-1").check()
    # The right answer moves along with its line.
    await host.page.get_by_label(re.compile("Move answer 2")).press("ArrowUp")
    await expect(host.part("poll-option-0")).to_have_value("Ember Loam")
    await host.part("poll-save").click()
    await expect(host.page.get_by_text(QUESTION)).to_be_visible()
    (made,) = (await stage.show.call("GET", f"/api/v1/host/streams/{stage.stream.id}/polls"))["polls"]
    assert [option["text"] for option in made["poll"]["options"]] == ["Ember Loam", "Pale Root"]
    assert made["right"] == [made["poll"]["options"][0]["id"]]


async def test_a_deleted_poll_comes_back(stage: Stage, browser: Chromium) -> None:
    poll = await stage.show.poll(stage.stream, opened=False)
    host = await at_the_polls(stage, browser)
    await host.part(f"poll-delete-{poll}").click()
    await expect(host.part(f"poll-{poll}")).to_be_hidden()
    await host.part("undo").click()
    await expect(host.page.get_by_text("Which next?")).to_be_visible()


async def test_polls_fit_a_phone(stage: Stage, browser: Chromium) -> None:
    poll = await stage.show.poll(stage.stream, seconds=600)
    await stage.show.poll(stage.stream, opened=False, question="What shall we compare next?")
    host = await at_the_polls(stage, browser, size=PHONE)
    await expect(host.part("poll-left")).to_contain_text("closes in")
    await expect(host.part(f"poll-close-{poll}")).to_be_visible()
    await browser.picture(host, "host-poll-phone")
    width = await host.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    await host.part("poll-new").click()
    await browser.picture(host, "host-poll-form-phone")

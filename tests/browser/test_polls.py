"""Viewers vote, in real browsers."""

import re

import pytest
from playwright.async_api import Locator, expect

from server.polls.messages import OptionDraft
from tests.browser.chromium import PHONE, Chromium, Screen
from tests.browser.conftest import Stage

pytestmark = pytest.mark.browser
DROP = "Cellar Batch, 40 numbered"
OPTIONS = ("The root, dry and earthy", "The rain, wet stone", "The smoke", "None of these")


def drafts(right: int | None = None) -> list[OptionDraft]:
    return [OptionDraft(text=text, right=place == right) for place, text in enumerate(OPTIONS)]


def option(screen: Screen, place: int) -> Locator:
    return screen.part("poll-option").nth(place)


async def test_two_viewers_vote_and_see_the_tally_move(stage: Stage, browser: Chromium) -> None:
    await stage.pin(DROP)
    desk, phone = await browser.open(stage.watch), await browser.open(stage.watch, size=PHONE)
    await expect(desk.part("buy")).to_be_visible()
    await expect(phone.part("buy")).to_be_visible()
    question = "Which of the three do you smell first when you hold the blotter?"
    poll = await stage.show.poll(stage.stream, question=question, options=drafts())

    # Beside the pin on a desk; on a phone a pill, and the pin stays as it was.
    await expect(desk.part("poll-question")).to_have_text(question)
    await expect(desk.part("buy")).to_be_visible()
    await expect(phone.part("poll-pill")).to_contain_text("Vote")
    await expect(phone.part("buy")).to_be_visible()
    await browser.picture(desk, "poll-desktop")
    await browser.picture(phone, "poll-pill-phone")
    await phone.part("poll-pill").click()
    await expect(phone.part("poll-option")).to_have_count(4)
    await expect(phone.part("pill")).to_be_visible()  # what is on sale, a tap away
    await browser.picture(phone, "poll-phone")

    await option(desk, 1).click()
    await expect(option(desk, 1)).to_contain_text("100%")
    await expect(option(phone, 1)).not_to_contain_text(
        "%"
    )  # nobody is told how others voted before their own vote
    await option(phone, 0).click()
    await expect(option(phone, 0)).to_contain_text("50%")
    await expect(option(desk, 1)).to_contain_text("50%")
    await expect(desk.part("poll-voters")).to_have_text("2 votes")
    await expect(option(desk, 1)).to_contain_text("your vote")
    await expect(option(desk, 1).locator(".fill")).to_have_css("transform", "matrix(0.5, 0, 0, 1, 0, 0)")
    await browser.picture(desk, "poll-voted-desktop")
    await browser.picture(phone, "poll-voted-phone")

    await desk.page.reload()
    await expect(option(desk, 1)).to_contain_text("your vote", timeout=15_000)
    await expect(option(desk, 1)).to_contain_text("50%")

    await stage.show.services.polls.close(stage.show.shop, stage.stream.id, poll)
    await expect(desk.part("poll")).to_have_attribute("data-state", "closed")
    await expect(desk.part("poll-words")).to_contain_text("Level: ")
    await expect(phone.part("poll-words")).to_contain_text("2 votes")
    await browser.picture(phone, "poll-closed-phone")
    await phone.part("pill").click()
    await expect(phone.part("buy")).to_be_visible()
    await expect(phone.part("poll-pill")).to_contain_text("Result")
    await stage.show.services.polls.hide(stage.show.shop, stage.stream.id, poll)
    await expect(phone.part("poll-pill")).to_be_hidden()
    await expect(desk.part("poll")).to_be_hidden()
    assert desk.complaints == []
    assert phone.complaints == []


async def test_a_quiz_says_in_words_what_was_right_once_it_is_closed(stage: Stage, browser: Chromium) -> None:
    right, wrong = await browser.open(stage.watch), await browser.open(stage.watch, size=PHONE)
    poll = await stage.show.poll(
        stage.stream,
        kind="quiz",
        question="Where does most vetiver oil come from?",
        results="closed",
        options=drafts(right=2),
        seconds=600,
    )
    await expect(right.part("poll-time")).to_have_text(re.compile(r"(10:00|9:\d\d) left"))
    await option(right, 2).click()
    await option(wrong, 0).click()  # with nothing pinned there is room for it on a phone, too
    await expect(right.part("poll-words")).to_have_text(
        re.compile("Your vote is in. Results come when it closes")
    )
    await expect(right.part("poll").get_by_text("%")).to_have_count(0)
    await stage.show.services.polls.close(stage.show.shop, stage.stream.id, poll)
    await expect(right.part("poll-words")).to_contain_text("You had the right answer.")
    await expect(wrong.part("poll-words")).to_contain_text(f"Not this time. The right answer: {OPTIONS[2]}.")
    await expect(option(right, 2)).to_contain_text("right answer")
    await expect(option(wrong, 0)).to_contain_text("your answer, wrong")
    await expect(option(right, 2)).to_contain_text("50%")
    await browser.picture(right, "quiz-closed-desktop")
    await browser.picture(wrong, "quiz-closed-phone")


async def test_several_answers_by_keyboard_and_changed_once_more(stage: Stage, browser: Chromium) -> None:
    viewer = await browser.open(stage.watch)
    await stage.show.poll(stage.stream, kind="multiple", changeable=True, options=drafts())
    send = viewer.part("poll-send")
    await expect(send).to_be_disabled()
    await option(viewer, 0).focus()
    await viewer.page.keyboard.press("Space")
    await viewer.page.keyboard.press("Tab")
    await viewer.page.keyboard.press("Space")
    await expect(viewer.page.get_by_role("checkbox", checked=True)).to_have_count(2)
    await browser.picture(viewer, "poll-multiple-desktop")
    await send.click()
    await expect(viewer.part("poll-voters")).to_have_text("1 person voted")
    await expect(option(viewer, 0)).to_contain_text("100%")
    await viewer.part("poll-change").click()
    await option(viewer, 0).click()
    await option(viewer, 3).click()
    await send.click()
    await expect(option(viewer, 0)).to_contain_text("0%")
    await expect(option(viewer, 3)).to_contain_text("100%")
    await expect(viewer.part("poll-voters")).to_have_text("1 person voted")


async def test_the_arrows_move_and_do_not_vote(stage: Stage, browser: Chromium) -> None:
    viewer = await browser.open(stage.watch)
    await stage.show.poll(stage.stream, options=drafts())
    await option(viewer, 0).focus()
    await viewer.page.keyboard.press("ArrowDown")
    await expect(option(viewer, 1)).to_be_focused()
    await expect(viewer.page.get_by_role("radio", checked=True)).to_have_count(0)
    await viewer.page.keyboard.press("Enter")
    await expect(option(viewer, 1)).to_contain_text("your vote")
    await expect(option(viewer, 1)).to_contain_text("100%")


async def test_a_refused_vote_is_taken_back_and_says_why(stage: Stage, browser: Chromium) -> None:
    first = await browser.open(stage.watch)
    await stage.show.poll(stage.stream, options=drafts())
    await expect(option(first, 0)).to_be_visible()
    second = Screen(await first.context.new_page(), first.context)  # the same viewer's other window
    await second.page.goto(stage.watch)
    await expect(option(second, 0)).to_be_visible(timeout=15_000)
    await option(first, 0).click()
    await expect(option(first, 0)).to_contain_text("your vote")
    await option(second, 1).click()
    await expect(second.part("error")).to_contain_text("You have voted before")
    await expect(option(second, 0)).to_contain_text("your vote", timeout=15_000)
    await expect(option(second, 1)).not_to_contain_text("your vote")


async def test_a_preview_shows_the_poll_and_takes_no_vote(stage: Stage, browser: Chromium) -> None:
    await stage.show.poll(stage.stream, options=drafts())
    viewer = await browser.open(stage.watch)
    await viewer.page.evaluate("() => document.querySelector('proofcast-stream').setAttribute('preview', '')")
    await expect(viewer.part("poll-words")).to_contain_text("This is a preview", timeout=15_000)
    await expect(viewer.page.get_by_role("radio")).to_have_count(0)

"""The chat, from the host panel."""

from aiohttp import web

from server.accounts.guard import StaffGuard
from server.chat.messages import (
    AnswerQuestion,
    ChangeChat,
    ChatAudit,
    HostSays,
    PinMessage,
    Restrain,
    RestrainedList,
    Spoken,
)
from server.chat.moderation import ModerationService
from server.chat.restraints import RestraintService
from server.core.http import answer, read
from server.core.messages import Empty


def setup(
    app: web.Application, moderation: ModerationService, restraints: RestraintService, guard: StaffGuard
) -> None:
    async def look(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(await moderation.look(staff, request.match_info["stream"]))

    async def change(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, ChangeChat)
        return answer(await moderation.change(staff, request.match_info["stream"], body))

    async def say(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, HostSays)
        said = await moderation.say(staff, request.match_info["stream"], body)
        return answer(Spoken(message=said), status=201)

    async def remove(request: web.Request) -> web.Response:
        staff = await guard(request)
        await moderation.remove(staff, request.match_info["stream"], request.match_info["message"])
        return answer(Empty())

    async def approve(request: web.Request) -> web.Response:
        staff = await guard(request)
        stream, message = request.match_info["stream"], request.match_info["message"]
        return answer(Spoken(message=await moderation.approve(staff, stream, message)))

    async def pin(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, PinMessage)
        await moderation.pin(staff, request.match_info["stream"], body.message)
        return answer(Empty())

    async def question(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, AnswerQuestion)
        stream, asked = request.match_info["stream"], request.match_info["question"]
        await moderation.answer(staff, stream, asked, answered=body.answered)
        return answer(Empty())

    async def restrain(request: web.Request) -> web.Response:
        staff = await guard(request)
        body = await read(request, Restrain)
        return answer(await restraints.restrain(staff, request.match_info["person"], body))

    async def restrained(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(RestrainedList(people=await restraints.restrained(staff)))

    async def audit(request: web.Request) -> web.Response:
        staff = await guard(request)
        return answer(ChatAudit(acts=await restraints.audit(staff)))

    chat = "/api/v1/host/streams/{stream}/chat"
    app.router.add_get(chat, look)
    app.router.add_patch(chat, change)
    app.router.add_post(chat + "/messages", say)
    app.router.add_delete(chat + "/messages/{message}", remove)
    app.router.add_post(chat + "/messages/{message}/approve", approve)
    app.router.add_put(chat + "/pinned", pin)
    app.router.add_put(chat + "/questions/{question}", question)
    app.router.add_get("/api/v1/host/chat/people", restrained)
    app.router.add_put("/api/v1/host/chat/people/{person}", restrain)
    app.router.add_get("/api/v1/host/chat/audit", audit)

"""The socket's commands, fed by the schemas of their messages: every answer is as described or a coded error,
and what is refused has changed nothing. `make fuzz-api` goes on for longer."""

import asyncio
from typing import Any

from schemathesis import Case, GenerationMode
from schemathesis.core import NotSet
from schemathesis.openapi import from_dict

from server.core.messages import Command
from server.openapi import components
from server.wire import commands
from tests.docs.document import Document
from tests.faults.asker import Asker
from tests.faults.client import fault
from tests.faults.commands import COMMANDS
from tests.faults.described import Loop, Watched, named, names, run
from tests.faults.stage import Stage
from tests.infra.logs import Logs

PAGE = Document()


def described() -> dict[str, Any]:
    """Each command as if it were a route, for who feeds routes."""
    paths = {}
    for command in commands():
        schema = {"$ref": f"#/components/schemas/{command.__name__}"}
        body = {"required": True, "content": {"application/json": {"schema": schema}}}
        done = {"200": {"description": "Done"}}
        paths[f"/{command.name}"] = {"post": {"requestBody": body, "responses": done}}
    info = {"title": "Commands", "version": "1"}
    schemas = {"schemas": components(commands())}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": schemas}


class Commands:
    """Used in a thread of its own: hypothesis does not know asyncio."""

    def __init__(self, stage: Stage, loop: Loop) -> None:
        self._loop = loop
        self._names = names(stage)
        self._asker = Asker(stage)
        self._document = from_dict(described())
        self._watched = Watched(stage, loop)

    def feed(self, command: type[Command]) -> None:
        wrong = False

        def one(case: Case[Any], real: bool) -> None:
            body = case.body if wrong else named(case.body, self._names if real else {})
            args = () if isinstance(body, (bytes, NotSet)) else (body,)
            asked = self._asker.refusal_or_answer(COMMANDS[command.name].who, command.name, *args)
            error, data = self._loop(asked)
            if error is None:
                assert not wrong, f"carried out: {args}"
                PAGE.check(PAGE.kind(command.answer.__name__), data)
                self._watched.carried_out()
            else:
                assert fault(400, {"error": error}) is None, error
                assert error["code"] not in ("internal", "unavailable", "rate_limited"), error
                self._watched.refused()

        operation = self._document[f"/{command.name}"]["POST"]
        run(operation, GenerationMode.POSITIVE, one)
        wrong = True
        run(operation, GenerationMode.NEGATIVE, one)

    def close(self) -> None:
        self._loop(self._asker.close())


def feed_all(stage: Stage, loop: Loop) -> None:
    fed = Commands(stage, loop)
    for command in commands():
        fed.feed(command)
    fed.close()


async def test_what_their_schemas_allow_and_what_they_do_not(stage: Stage, logs: Logs) -> None:
    await asyncio.to_thread(feed_all, stage, Loop())
    assert logs.errors() == []

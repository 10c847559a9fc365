"""Style and script of the console: files of ours, the same for everybody, open to whoever can reach the server."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from plugins.console.web.templating import STATIC


class Files(StaticFiles):
    """Starlette refuses what lies outside the folder. A file's address names its content, so a browser may keep it."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer

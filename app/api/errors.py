"""Errors in the shape that OpenAI clients read; never a word of what was sent."""

from starlette.responses import JSONResponse, Response


class ApiError(Exception):
    """A request cannot be answered. `message` is ours; `param` names a field, never its value."""

    def __init__(self, status: int, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.param = status, message, param

    def response(self) -> Response:
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        body = {"message": self.message, "type": kind, "param": self.param, "code": _CODES.get(self.status)}
        headers = {"www-authenticate": "Bearer"} if self.status == 401 else None
        return JSONResponse({"error": body}, status_code=self.status, headers=headers)


_CODES = {401: "invalid_api_key", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}

"""Every refusal becomes a page that says what happened and what to do, in the reader's language. Nothing leaks.

A script (``X-Requested-With: fetch``, or a wish for JSON) gets the same words as JSON.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request, url_for
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from workflow_app.cases.incidents import StuckCase, report_stuck
from workflow_app.errors import InvalidError, WorkflowError
from workflow_app.languages import translator
from workflow_app.security.denials import record_denial
from workflow_app.text import Text
from workflow_app.web import i18n
from workflow_app.web.request import config, current_guest, signed_in, writing

HEADINGS: Mapping[int, Text] = {
    400: Text("没有办理"),
    401: Text("请先登录"),
    403: Text("不能办理"),
    404: Text("没有找到"),
    405: Text("没有办理"),
    409: Text("情况已有变化"),
    413: Text("文件太大"),
    422: Text("需要更正"),
    429: Text("请稍候再试"),
    500: Text("系统出现异常"),
    503: Text("系统繁忙"),
}
MESSAGES: Mapping[int, Text] = {
    400: Text("请求不完整或无法读懂，没有办理，也没有保存任何内容。"),
    404: Text("没有找到该内容，或您无权查看。"),
    405: Text("这个网址不能这样打开。"),
    503: Text("系统暂时不能处理这个请求。"),
}
ADVICE: Mapping[int, Text] = {
    400: Text("请返回上一页，刷新后重新提交。"),
    403: Text("如果认为应由您办理，请联系本科室负责人或系统管理员核对岗位。"),
    404: Text("请核对网址，或从待办任务、我的办件中打开。"),
    405: Text("请从页面上的按钮重新操作。"),
    409: Text("请刷新页面，看过最新情况后再决定。本次操作没有保存。"),
    413: Text("请压缩或拆分后重新上传。"),
    422: Text("请返回上一页，更正后重新提交。"),
    503: Text("请一分钟后重试。"),
}
BUSY_MESSAGE = Text("暂时连接不上数据库，请稍后再试。")
# The connection may have been lost in the very commit, so that nobody knows; that a page counts once always holds.
BUSY_ADVICE = Text("请一分钟后回到原页面重新提交。同一页面提交两次，只办理一次。")
CSRF_MESSAGE = Text("页面已过期，为防止他人冒用，本次提交没有办理。")


def wants_json() -> bool:
    """Whether a script asks, not a person."""
    return request.headers.get("X-Requested-With") == "fetch" or request.accept_mimetypes.best == "application/json"


def answer(status: int, message: Text, problems: list[dict[str, str]] | None = None) -> Response:
    """The page, or JSON, for one refusal."""
    words = i18n.text(message)
    if wants_json():
        return make_response(jsonify(message=words, problems=problems or []), status)
    page = render_template(
        "errors/error.html", heading=HEADINGS.get(status, HEADINGS[400]), message=message, advice=ADVICE.get(status)
    )
    return make_response(page, status)


def _refused(error: WorkflowError) -> Response:
    if error.status in {403, 404}:
        _record_denial()
    problems = error.problems if isinstance(error, InvalidError) else ()
    return answer(error.status, error.message, [{"field": p.field, "message": i18n.text(p.message)} for p in problems])


def _record_denial() -> None:
    """Whoever tries addresses that are not theirs leaves a trace: the act was rolled back, the attempt is kept."""
    if signed_in() is not None or current_guest() is not None:
        with writing() as act:
            record_denial(act, _asked(), request.method)


def _asked() -> str:
    """The address with its ids. Other places are named only: what was typed into them may be anything, a name too."""
    rule, ids = request.url_rule, request.view_args or {}
    if rule is None:
        return ""
    return re.sub(r"<int:(\w+)>", lambda place: str(ids[place[1]]), rule.rule)


def _forged(_error: CSRFError) -> Response:
    return answer(400, CSRF_MESSAGE)


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return make_response(error.get_response())
    if request_ctx.url_adapter is None:
        # The host is not a name that a server can have: no address can be built, and so no page be drawn.
        words = MESSAGES[400].render(translator(i18n.chosen_locale() or "zh"))
        return make_response(words, 400, {"Content-Type": "text/plain; charset=utf-8"})
    if error.code == 413:
        return answer(413, Text("上传的内容超过{size} MB的上限，没有保存。", size=config().max_file_mb))
    response = answer(error.code, MESSAGES.get(error.code, MESSAGES[400]))
    if error.code == 405:
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response


def _busy(error: SQLAlchemyError) -> Response:
    """The database does not answer, is locked, or has no connection to spare."""
    # The statement stays out of the log: it holds what people typed.
    current_app.logger.error("database unavailable: %s", getattr(error, "orig", error))
    response = _plain(503, BUSY_MESSAGE, BUSY_ADVICE)
    response.headers["Retry-After"] = "30"
    return response


def _database(error: DBAPIError) -> Response:
    return _busy(error) if error.connection_invalidated else _failed(error)


def _stuck(error: StuckCase) -> Response:
    """The engine cannot go on with this case. What was tried is undone; that somebody must look at it is kept."""
    reference = secrets.token_hex(4)
    current_app.logger.error("stuck case %s at %s %s: %s", reference, request.method, request.path, error)
    with suppress(WorkflowError), writing() as act:
        report_stuck(act, request.view_args or {}, f"{reference}: {error}")
    message = Text(
        "本办件的流程记录读不出来或不能继续，本次操作没有保存，已登记为异常（编号 {reference}）。请联系系统管理员。",
        reference=reference,
    )
    return answer(500, message)


def _failed(_error: Exception) -> Response:
    reference = secrets.token_hex(4)
    current_app.logger.exception("failure %s at %s %s", reference, request.method, request.path)
    message = Text(
        "本次操作没有保存。请稍后重试；如果仍然不行，请把编号 {reference} 告诉系统管理员。", reference=reference
    )
    return _plain(500, message, None)


def _plain(status: int, message: Text, advice: Text | None) -> Response:
    """A page that needs neither the database nor a signed-in person: either may be what has failed."""
    translate = translator(i18n.chosen_locale() or "zh")
    if wants_json():
        return make_response(jsonify(message=message.render(translate), problems=[]), status)
    values: dict[str, Any] = {
        "product": translate("教育办件平台"),
        "heading": HEADINGS[status].render(translate),
        "message": message.render(translate),
        "advice": advice.render(translate) if advice else "",
        "home": translate("回到首页"),
        "language": i18n.HTML_LANGUAGES[i18n.chosen_locale() or "zh"],
        "style": url_for("static", filename="app.css"),
        "narrow": url_for("static", filename="narrow.css"),
        "home_address": url_for("home.index"),
    }
    return make_response(current_app.jinja_env.get_template("errors/failure.html").render(values), status)


def install(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(WorkflowError, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    for busy in (OperationalError, PoolTimeoutError):
        app.register_error_handler(busy, _busy)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(StuckCase, _stuck)
    app.register_error_handler(Exception, _failed)

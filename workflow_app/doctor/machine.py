"""Checks of the machine: versions, folders, keys, fonts, disk, time zone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
from datetime import datetime
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from workflow_app.connections import WAL_FAULT_FIRST, WAL_FAULT_LAST
from workflow_app.doctor.finding import Finding, Place, fine
from workflow_app.records.fonts import FontSet
from workflow_app.records.typefaces import FILES
from workflow_app.startup import problems
from workflow_app.text import Text, listed, one_after_another

OLDEST_PYTHON = (3, 11)
LEAST_SPACE, LITTLE_SPACE = 1 << 30, 5 << 30
"""Bytes: below the first nothing should run any more, below the second somebody should look."""
KEYS = ("secret.key", "data.key", "checkpoint.key")
RARE = "𬭎镕喆玥珺祎赟堃〔〕①№㎡"
"""Characters of names and of document numbers that fonts often lack."""


def python_version(place: Place) -> Finding:  # noqa: ARG001 - signature of every check
    """Python is one that the product is tested with."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Finding("fault", Text("Python {version}太旧", version=version), Text("请改用Python 3.11或更新的版本。"))
    return fine(Text("Python {version}", version=version))


def sqlite_version(place: Place) -> Finding:
    """Whether the embedded database's write-ahead log can be trusted; if not, the product does not use it."""
    if not place.config.database_url.startswith("sqlite"):
        return fine(Text("使用PostgreSQL，与SQLite版本无关"))
    version = sqlite3.sqlite_version
    if WAL_FAULT_FIRST <= sqlite3.sqlite_version_info <= WAL_FAULT_LAST:
        return fine(Text("SQLite {version}的预写日志有缺陷，已改用回滚日志，数据安全", version=version))
    return fine(Text("SQLite {version}，预写日志", version=version))


def settings(place: Place) -> Finding:
    """The settings are such that the server starts with them; folder and keys have checks of their own."""
    config = place.config
    if not config.data.is_dir():
        return Finding("warning", Text("设置没有检查"), Text("请先建立数据文件夹。"))
    unsafe = [problem for problem in problems(config) if problem.setting != "WORKFLOW_APP_DATA"]
    if unsafe:
        told = [problem.text for problem in unsafe]
        return Finding("fault", one_after_another(told), Text("改正之前，网页服务拒绝启动。"))
    return fine(Text("设置安全，对外网址{address}", address=config.base_url))


def data_folder(place: Place) -> Finding:
    """Files can be written."""
    folder = place.config.data
    if not folder.is_dir():
        return Finding(
            "fault",
            Text("数据文件夹{folder}不存在", folder=str(folder)),
            Text("请核对WORKFLOW_APP_DATA；新安装请先运行workflow-app upgrade。"),
        )
    probe = folder / f".doctor-{os.getpid()}"
    try:
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Finding(
            "fault",
            Text("数据文件夹{folder}不能写入：{reason}", folder=str(folder), reason=reason),
            Text("请核对文件夹的所有者和权限，以及磁盘是否只读。"),
        )
    return fine(Text("数据文件夹{folder}可以写入", folder=str(folder)))


def disk_space(place: Place) -> Finding:
    """There is room for files and for the database."""
    folder = place.config.data
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    message = Text("剩余磁盘空间{free} GB", free=f"{free / (1 << 30):.1f}")
    if free < LEAST_SPACE:
        return Finding("fault", message, Text("请立即清理磁盘或扩容，空间用完后无法提交。"))
    if free < LITTLE_SPACE:
        return Finding("warning", message, Text("请安排清理磁盘或扩容。"))
    return Finding("fine", message)


def key_files(place: Place) -> Finding:
    """Only the owner reads the keys."""
    folder = place.config.data / "keys"
    present = [folder / name for name in KEYS if (folder / name).exists()]
    for path in (folder, *present):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Finding(
                "fault",
                Text("密钥{path}可被其他用户读取", path=str(path)),
                Text("请运行chmod -R go-rwx {folder}，并考虑密钥是否已经泄露。", folder=str(folder)),
            )
    if len(present) < len(KEYS):
        missing = listed([name for name in KEYS if folder / name not in present])
        return Finding(
            "warning",
            Text("还没有密钥{names}", names=missing),
            Text("新安装首次使用时自动生成；如果是恢复出来的数据，请先放回原来的密钥。"),
        )
    return fine(Text("密钥齐全，仅所有者可读"))


def fonts(place: Place) -> Finding:
    """Every common character can be printed, in each of the typefaces, the bureau's own ones included."""
    override = place.config.fonts
    if override is not None and not override.is_dir():
        return Finding(
            "fault", Text("字体文件夹{folder}不存在", folder=str(override)), Text("请核对WORKFLOW_APP_FONTS。")
        )
    try:
        shipped, used = FontSet(), FontSet(override)
    except (OSError, ValueError) as error:
        return Finding(
            "fault",
            Text("字体无法读取：{reason}", reason=str(error)),
            Text("请换成TrueType轮廓的字体文件，或重新安装本程序。"),
        )
    missing = shipped.missing_glyphs(common_characters() + RARE)
    if missing:
        return Finding("fault", Text("自带字体缺{count}个字", count=len(missing)), Text("请重新安装本程序。"))
    own = [role for role, name in FILES.items() if override is not None and (override / name).is_file()]
    if override is not None and not own:
        return Finding(
            "warning",
            Text("字体文件夹{folder}里没有可用的字体", folder=str(override)),
            Text("文件名须为{names}之一。", names=listed(list(FILES.values()))),
        )
    gaps = {FILES[role]: sum(not used.covers(role, c) for c in common_characters()) for role in own}
    worst = max(gaps, key=lambda name: gaps[name], default="")
    if worst and gaps[worst]:
        return Finding(
            "warning",
            Text("{name}缺{count}个常用字，由自带字体代替", name=worst, count=gaps[worst]),
            Text("如果文书中字形不一，请换用完整的字库。"),
        )
    return fine(
        Text(
            "字体齐全，一级汉字{count}个都有字形，其中{own}种为本局字体",
            count=len(common_characters()),
            own=len(own),
        )
    )


def common_characters() -> str:
    """The 3,755 characters of the first level of GB 2312."""
    cells = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return b"".join(cells).decode("gb2312", errors="ignore")


def time_zone(place: Place) -> Finding:  # noqa: ARG001 - signature of every check
    """The county's dates can be computed: Shanghai is eight hours ahead of UTC."""
    try:
        offset = datetime(2026, 7, 1, tzinfo=ZoneInfo("Asia/Shanghai")).utcoffset()
    except ZoneInfoNotFoundError:
        return Finding("fault", Text("没有时区数据Asia/Shanghai"), Text("请重新安装本程序，其中含有tzdata。"))
    if offset is None or offset.total_seconds() != 8 * 3600:
        folders = listed(TZPATH)
        return Finding("fault", Text("时区数据不对：{folders}", folders=folders), Text("请更新操作系统的时区数据。"))
    return fine(Text("时区数据正确"))

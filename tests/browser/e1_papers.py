"""What the school of worked case E1 hands in, typed into a real browser: the application and the charter."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk import Desk, Office, paper
from workflow_app.demo.formation import CLERK, GROUP, LEAD, MEMBERS, OFFICER

TITLE = f"组建{GROUP}"
DISTANCES = ("12.5", "18.0")
PAPERS = ("请示", "章程草案", "征求意见记录", "三年发展规划", "家长意见摘要", "事业单位法人证书")
PARTS = (
    "办学宗旨",
    "办学理念",
    "组织架构和运行机制",
    "师生管理",
    "教科研",
    "安全",
    "意识形态",
    "成员校权利义务",
    "权责界限",
)


def file_application(office: Office) -> None:
    """Filed on 04-08; one of the papers is not what it says."""
    office.player.at("2026-04-08 09:10")
    with office.desk(CLERK) as desk:
        desk.press(desk.page.get_by_role("link", name="发起事项"))
        desk.press(desk.page.get_by_role("button", name="开始填写 教育集团组建"))
        fill_in_application(office, desk)
        for title in PAPERS:
            desk.upload(title, paper(title))
        for school in MEMBERS:
            desk.upload(f"{school}的同意加入集团的意见", paper(f"{school}同意加入集团的意见"))
            desk.upload(f"{school}的教代会决议", paper(f"{school}教代会决议"))
        expect(desk.page.get_by_text("已上传10／10项")).to_be_visible()
        desk.submit("提交组建申请")
        expect(desk.page.get_by_text("下一步：")).to_be_visible()


def fill_in_application(office: Office, desk: Desk) -> None:
    """Every field of the form but the papers."""
    desk.fill("集团名称", GROUP)
    desk.choose("集团类型", "紧密型")
    desk.choose("学段", "小学")
    for number, (school, distance) in enumerate(zip(MEMBERS, DISTANCES, strict=True)):
        row = desk.row("成员校", number)
        desk.pick("学校", school, row)
        desk.fill("距龙头校（公里）", distance, row)
    desk.fill("组建理由", "发挥龙头校办学优势，带动乡镇、村小提升办学质量。")
    for number, school in enumerate((LEAD, *MEMBERS)):
        row = desk.row("办学基础", number)
        desk.pick("学校", school, row)
        figures = office.player.figures(school)
        for title, key in (
            ("班数", "classes"),
            ("学生数", "pupils"),
            ("教师数", "teachers"),
            ("骨干教师数", "backbone"),
        ):
            desk.fill(title, str(figures[key]), row)
    desk.fill("三年目标", "三年内成员校教学常规达标率100%，校际质量差距缩小三分之一。")
    desk.fill("师资统筹方案", "集团内统筹教师调配，龙头校每年选派骨干教师到成员校任教。")
    desk.choose("是否统筹师资", "是")
    desk.choose("是否有统一的工作计划", "是")
    desk.fill("经费方案", "集团运行经费列入龙头校年度预算。")
    desk.pick("总校校长", "高远")
    desk.choose("执行校长提名", "罗素芬", "石磊")
    desk.fill("人财物权限划分", "集团总校统筹人事、财务和资产，执行校长负责成员校日常管理。")
    desk.date("拟生效日期", "2026-09-01")
    desk.choose("承诺不以品牌输出、挂牌更名方式组建", "是")


def return_and_supply(office: Office) -> None:
    """Returned once and itemised on 04-10, supplied on 04-14."""
    office.player.at("2026-04-10 10:20")
    with office.desk(OFFICER) as desk:
        desk.open("/inbox")
        desk.press(desk.page.get_by_role("button", name=f"认领 {TITLE}"))
        expect(desk.page.get_by_text("4月15日到期").first).to_be_visible()
        desk.decide("退回补正", "请补正。")
        row = desk.row("需补正的内容", 0)
        desk.fill("补正事项", "石桥村小学教代会决议", row)
        desk.fill("原因", "所附文件不是教代会通过加入集团的决议", row)
        desk.fill("依据", "003·A2二(一)2", row)
        desk.submit("受理审查")
    office.player.at("2026-04-14 15:40")
    with office.desk(CLERK) as desk:
        desk.open_task(TITLE, "补正材料")
        place = "石桥村小学的教代会决议"
        desk.remove(place, "石桥村小学教代会决议.pdf")
        desk.upload(place, paper("石桥村小学教代会决议", "石桥村小学教代会决议（补正）"))
        desk.fill("意见", "已按补正告知书补齐。")
        desk.submit("补正材料")


def file_charter(office: Office) -> None:
    """The charter is filed on 06-05 and checked on 06-08; the case ends."""
    office.player.at("2026-06-05 10:00")
    with office.desk(CLERK) as desk:
        desk.open_task(TITLE, "报送集团章程")
        desk.fill("章程版本", "1")
        desk.date("集团理事会成立日期", "2026-05-28")
        desk.choose("章程必备内容", *PARTS)
        for number, school in enumerate(MEMBERS):
            row = desk.row("征求成员校意见情况", number)
            desk.pick("成员校", school, row)
            desk.fill("意见", "同意", row)
            desk.choose("采纳", "是", within=row)
        desk.upload("章程文本", paper("集团章程"))
        desk.upload("理事会会议纪要", paper("理事会会议纪要"))
        desk.submit("报送集团章程")
    office.player.at("2026-06-08 09:00")
    with office.desk(OFFICER) as desk:
        desk.open_task(TITLE, "章程核准")
        desk.decide("核准备案", "同意核准备案。")
        desk.submit("章程核准")
        expect(desk.page.get_by_text("同意组建，章程已备案").first).to_be_visible()

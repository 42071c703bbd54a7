"""Verification by licence picture: sent in chat, downloaded later, decided by an official, deleted."""

import asyncio
from datetime import timedelta
from io import BytesIO

import pytest
from aiohttp import ClientSession
from PIL import Image
from sqlalchemy import func, select

from bot.app import API
from bot.chat.context import ChatServices
from bot.cli.demo import APP_ID
from bot.jobs.licence_pictures import drop_licences, fetch_licences
from bot.sandbox.processes import Sandbox
from bot.services.firms import licence_reviews
from bot.simulator.account import Mode
from bot.simulator.faults import Fault, FaultKind
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.tokens import SharedToken
from config.limits import VerificationLimits
from storage.engine.transactions import Tx
from storage.firms import licence_reviews as stored_licence_reviews
from storage.firms.licence_reviews import PICTURES, REQUESTS, LicenceReviewState
from tests.conversations.stage import Stage, openid_of, register, said
from tests.conversations.test_proofs import CODE, give
from tests.simulator.phone import Phone

OFFICIAL = 1
PROVING = VerificationLimits.load()
CREDIT_CODE = "91320115MADEM1014U"


@pytest.fixture(autouse=True)
async def encrypted(stage: Stage) -> None:
    stage.platform.account.set_mode(Mode.SAFE)


def photo() -> bytes:
    made = BytesIO()
    Image.linear_gradient("L").resize((800, 600)).save(made, "JPEG")
    return made.getvalue()


async def send(stage: Stage, phone: Phone, content: bytes, name: str = "licence.jpg") -> str:
    openid = openid_of(stage, phone.name)
    deliveries = stage.platform.send(stage.platform.handset(openid).picture(content, name))
    await asyncio.gather(*deliveries)
    return (await phone.transcript())[-1].plain


async def fetch(stage: Stage, parts: ChatServices) -> None:
    await fetch_licences(stage.database(), stage.app()[API], parts.texts, PROVING, Sandbox())


async def at_once(_seconds: float) -> None:
    """Do not wait between a call's retries."""


def only_request(tx: Tx) -> stored_licence_reviews.LicenceReview:
    found = stored_licence_reviews.get(tx, tx.execute(select(func.max(REQUESTS.c.id))).scalar_one())
    assert found is not None
    return found


def pictures_kept(tx: Tx) -> int:
    return int(tx.execute(select(func.count()).select_from(PICTURES)).scalar_one())


async def sent(
    stage: Stage, phone: Phone, parts: ChatServices, content: bytes, name: str = "licence.jpg"
) -> stored_licence_reviews.LicenceReview:
    """Process a picture until it waits, or was refused automatically."""
    await phone.say("核验")
    assert "资料已收到，核验后生效。" in await send(stage, phone, content, name)
    await fetch(stage, parts)
    return await stage.database().read(only_request)


@pytest.fixture
async def phone(stage: Stage) -> Phone:
    phone = stage.phone("王会计")
    await register(phone)
    return phone


async def test_a_licence_is_sent_looked_at_approved_and_deleted(
    stage: Stage, phone: Phone, parts: ChatServices
) -> None:
    asked = said(await phone.say("核验"))
    assert "营业执照拍清楚" in asked
    assert "本号免费，不委托任何中介，不发收款链接" in asked
    request = await sent(stage, phone, parts, photo())
    assert request.state is LicenceReviewState.WAITING
    assert "正在核验" in said(await phone.say("核验"))
    await stage.database().write(licence_reviews.approve, request.id, CREDIT_CODE, parts.texts)
    heard = said(await phone.say("帮助"))
    assert "核验通过：南京云杼传感科技有限公司" in heard
    assert "您是这家企业的管理员" in heard
    assert "已经核验过了" in said(await phone.say("核验"))
    stage.clock.advance(timedelta(days=30) - timedelta(minutes=1))
    await drop_licences(stage.database(), PROVING)
    assert await stage.database().read(pictures_kept) == 1
    stage.clock.advance(timedelta(minutes=1))
    await drop_licences(stage.database(), PROVING)
    assert await stage.database().read(pictures_kept) == 0


async def test_a_refused_firm_reads_the_reason_and_may_send_another(
    stage: Stage, phone: Phone, parts: ChatServices
) -> None:
    request = await sent(stage, phone, parts, photo())
    reason = "照片看不清<a href='x'>，请重拍"
    await stage.database().write(licence_reviews.refuse, request.id, reason, parts.texts)
    heard = said(await phone.say("帮助"))
    assert "没有通过：照片看不清＜a href='x'＞，请重拍" in heard
    assert (await sent(stage, phone, parts, photo())).state is LicenceReviewState.WAITING


async def test_the_picture_is_kept_sealed_and_made_anew(stage: Stage, phone: Phone, parts: ChatServices) -> None:
    request = await sent(stage, phone, parts, photo())
    stored = await stage.database().read(lambda tx: tx.execute(select(PICTURES.c.content)).scalar_one())
    opened = await stage.database().read(stored_licence_reviews.picture, request.id)
    assert opened is not None
    assert opened.startswith(b"\xff\xd8\xff")
    assert b"JFIF" not in stored
    assert opened != photo()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"<html><script>alert(1)</script></html>", "licence.jpg", "这不是照片"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "licence.svg", "这不是照片"),
        (photo()[:2000], "licence.jpg", "图片不完整或已损坏"),
        (b"\xff\xd8\xff" + b"\0" * (11 * 1024 * 1024), "licence.jpg", "图片太大"),
    ],
    ids=["html", "svg", "truncated", "large"],
)
async def test_what_is_no_good_photo_is_told_what_to_do(
    stage: Stage, phone: Phone, parts: ChatServices, content: bytes, name: str, says: str
) -> None:
    assert (await sent(stage, phone, parts, content, name)).state is LicenceReviewState.FAILED
    heard = said(await phone.say("帮助"))
    assert says in heard
    assert "请先发核验，再发照片" in heard
    assert await stage.database().read(pictures_kept) == 0


async def test_a_picture_that_the_platform_no_longer_has_is_asked_for_again(
    stage: Stage, phone: Phone, parts: ChatServices
) -> None:
    await phone.say("核验")
    await send(stage, phone, photo())
    stage.clock.advance(timedelta(days=3, minutes=1))
    await fetch(stage, parts)
    assert "图片已过期" in said(await phone.say("帮助"))


async def test_while_the_platform_does_not_answer_it_is_tried_again(
    stage: Stage, phone: Phone, parts: ChatServices
) -> None:
    await phone.say("核验")
    await send(stage, phone, photo())
    stage.platform.faults.order(Fault(FaultKind.BAD_GATEWAY, "/cgi-bin/media/get", "", 99))
    async with ClientSession() as session:
        store = SharedToken(stage.database(), APP_ID)
        calls = Calls(
            session, stage.api, Credentials(APP_ID, "secret-of-the-story"), store, stage.clock.now, sleep=at_once
        )
        for _ in range(PROVING.fetch_tries - 1):
            await fetch_licences(stage.database(), Api(calls), parts.texts, PROVING, Sandbox())
            assert (await stage.database().read(only_request)).state is LicenceReviewState.FETCHING
            stage.clock.advance(timedelta(minutes=3))
    stage.platform.faults.clear()
    await fetch(stage, parts)
    assert (await stage.database().read(only_request)).state is LicenceReviewState.WAITING


async def test_a_second_picture_replaces_the_first_and_the_sixth_of_a_day_waits(
    stage: Stage, phone: Phone, parts: ChatServices
) -> None:
    for _ in range(PROVING.pictures_a_day):
        request = await sent(stage, phone, parts, photo())
    assert await stage.database().read(pictures_kept) == 1
    await phone.say("核验")
    assert "请明天再发" in await send(stage, phone, photo())
    assert (await stage.database().read(only_request)).id == request.id


async def test_a_code_that_comes_meanwhile_proves_the_firm_and_the_picture_goes(
    stage: Stage, phone: Phone, parts: ChatServices
) -> None:
    await sent(stage, phone, parts, photo())
    await stage.database().write(give, CODE)
    assert "核验通过" in said(await phone.say("核验 ABCD-2345"))
    assert (await stage.database().read(only_request)).state is LicenceReviewState.WITHDRAWN
    assert await stage.database().read(pictures_kept) == 0


async def test_whoever_leaves_takes_their_pictures_along(stage: Stage, phone: Phone, parts: ChatServices) -> None:
    await sent(stage, phone, parts, photo())
    await phone.unfollow()
    left = await stage.database().read(lambda tx: tx.execute(select(REQUESTS.c.id)).all())
    assert (left, await stage.database().read(pictures_kept)) == ([], 0)


async def test_a_picture_is_taken_only_when_asked_for(stage: Stage, phone: Phone) -> None:
    assert "看懂文字" in await send(stage, phone, photo())
    await phone.say("核验")
    assert "取消" in said(await phone.say("这是我们的执照吗"))
    assert "先不核验" in said(await phone.say("取消"))
    assert await stage.database().read(lambda tx: tx.execute(select(REQUESTS.c.id)).all()) == []

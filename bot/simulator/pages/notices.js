// What a person decides about notices: the popup of a page, and the account's settings.

import { ask } from "./ask.js";
import { toast } from "./dom.js";

const POPUP = [["accept", "允许（可收一条）"], ["reject", "拒绝"], ["", "不选"]];

export async function answerPopup(phone) {
  const fields = phone.notices.map((one) => ({ name: one.id, label: one.title, options: POPUP }));
  const answers = await ask("订阅通知", fields, "确定");
  const choices = Object.fromEntries(Object.entries(answers ?? {}).filter(([, choice]) => choice));
  if (Object.keys(choices).length) phone.act("answer-popup", { choices });
  else if (answers) toast("没有选任何通知。");
}

export async function settings(phone) {
  const now = phone.muted ? [["off", "关闭"], ["on", "开启"]] : [["on", "开启"], ["off", "关闭"]];
  const kept = (id) => [["keep", `保持（还可收 ${phone.grants[id] ?? 0} 条）`], ["reject", "拒绝"]];
  const answers = await ask("消息设置", [
    { name: "messages", label: "接收公众号消息", options: now },
    ...phone.notices.map((one) => ({ name: one.id, label: `通知：${one.title}`, options: kept(one.id) })),
  ], "保存");
  if (!answers) return;
  const { messages, ...notices } = answers;
  const templates = Object.keys(notices).filter((id) => notices[id] === "reject");
  if ((messages === "off") !== phone.muted) await phone.act("mute", { on: messages === "off" });
  if (templates.length) phone.act("refuse-notices", { templates });
}

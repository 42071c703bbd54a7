// Behind the plus: voice, picture, place, scanning, and pushes that are rare.

import { ask } from "./ask.js";
import { post, scenes } from "./call.js";
import { button, element, icon } from "./dom.js";

const RARE = [
  ["empty_text", "空白文字"], ["emoji", "表情"], ["section_end", "含 ]]> 的文字"], ["from_article", "来自文章的留言"],
  ["voice_without_words", "语音（媒体已失效）"], ["short_video", "小视频"], ["link", "链接"], ["file", "文件"], ["unknown_type", "没见过的消息类型"],
  ["unknown_event", "没见过的事件"], ["empty_event_key", "EventKey 为空的点击"], ["location_event", "上报地理位置"],
  ["one_in_list", "订阅通知弹窗（一项）"], ["many_in_list", "订阅通知弹窗（三项）"], ["template_done", "模板消息发送失败"],
  ["mass_done", "群发完成"], ["profile_changed", "用户资料变更"], ["consent_withdrawn", "用户撤回授权"],
  ["account_deleted", "用户注销授权"], ["subscribe_again", "重复的关注"], ["forged", "伪造的推送"],
];

export function plusPanel(phone) {
  const actions = [["语音", "voice", voice], ["图片", "image", picture], ["位置", "location", place], ["扫一扫", "scan", scan], ["特殊推送", "rare", rare]];
  const items = actions.map(([label, drawing, run]) => {
    const item = button("", () => { phone.closePlus(); run(phone); }, { class: "plus-item" });
    item.append(icon(drawing), element("span", {}, label));
    return item;
  });
  return element("div", { class: "plus", hidden: true, role: "group", "aria-label": "更多发送方式" }, ...items);
}

async function voice(phone) {
  const said = await ask("语音", [{ name: "words", label: "识别出的文字（留空：平台没有识别）", hint: "例如 算力券" }]);
  if (said) phone.act("voice", { recognition: said.words || null });
}

async function picture(phone) {
  const chosen = await ask("图片", [{ name: "file", label: "选一张图片（不选：发示例图片）", type: "file", accept: "image/*" }]);
  if (!chosen) return;
  if (!chosen.file) { phone.act("picture"); return; }
  const form = new FormData();
  form.append("file", chosen.file);
  post(`/phones/${phone.openid}/picture`, form);
}

async function place(phone) {
  const at = await ask("位置", [
    { name: "label", label: "地点", value: "南京南站" },
    { name: "latitude", label: "纬度", value: "31.9686" }, { name: "longitude", label: "经度", value: "118.7974" }]);
  if (at) phone.act("location", at);
}

export async function scan(phone) {
  const known = await scenes();
  const code = await ask("扫一扫", [{ name: "scene", label: "二维码的场景值", hint: known[0] ?? "例如 hall-3", value: known[0], list: known }], "扫码");
  if (code && code.scene) phone.act("scan", { scene: code.scene });
}

async function rare(phone) {
  const chosen = await ask("特殊推送", [{ name: "name", label: "平台会推送、但少见的内容", options: RARE }], "推送");
  if (chosen) phone.act("oddity", { name: chosen.name });
}

// The settings drawer: message mode, time, and deliveries that go wrong.

import { control } from "./call.js";
import { button, dayTime, element, toast } from "./dom.js";

const TROUBLE = [
  ["busy", "系统繁忙（-1）"], ["bad_gateway", "502 网页"], ["empty", "空回复（已生效）"], ["truncated", "截断的 JSON（已生效）"],
  ["stall", "卡住 30 秒"], ["reset_before", "断开（未生效）"], ["reset_after", "断开（已生效）"],
  ["refused", "返回错误码…"],
];
const WHERE = [
  ["", "任何接口"], ["/cgi-bin/message/custom/send", "客服消息"], ["/cgi-bin/message/template/send", "模板消息"],
  ["/cgi-bin/message/subscribe/bizsend", "订阅通知"], ["/cgi-bin/message/mass/send", "群发"], ["/cgi-bin/stable_token", "stable_token"], ["/cgi-bin/token", "token"],
  ["/cgi-bin/menu/create", "创建菜单"], ["/cgi-bin/user/info", "用户信息"], ["/cgi-bin/media/get", "下载素材"], ["/cgi-bin/qrcode/create", "二维码"],
];

export class Controls {
  constructor(place) {
    this.now = element("output", { class: "now" });
    this.mode = element("select", { "aria-label": "消息加解密方式", on: { change: () => control({ mode: this.mode.value }) } },
      element("option", { value: "plain" }, "明文模式"), element("option", { value: "compatible" }, "兼容模式"), element("option", { value: "safe" }, "安全模式"));
    this.until = element("input", { type: "date", "aria-label": "移到哪一天" });
    place.append(
      group("消息加解密", this.mode, button("验证回调地址", () => this.check())),
      group("时间", this.now, button("+1 小时", () => control({ hours: 1 })), button("+1 天", () => control({ hours: 24 })), this.until,
        button("移到这天 9 点", () => this.until.value && control({ until: `${this.until.value}T09:00:00+08:00` }))),
      group("推送出错", this.toggle("twice", "推送两遍"), this.toggle("swap", "次序颠倒"), this.toggle("lose_first", "首次回复丢失")),
      group("发送结果出错", this.toggle("late", "迟到 10 分钟"), this.toggle("doubled", "来两次"), this.toggle("early", "早于回应"), this.toggle("lost", "丢失")),
      this.faults());
  }

  // Trouble on the account's own calls, ordered piece by piece.
  faults() {
    const kind = element("select", { "aria-label": "故障" }, ...TROUBLE.map(([value, label]) => element("option", { value }, label)));
    const path = element("select", { "aria-label": "接口" }, ...WHERE.map(([value, label]) => element("option", { value }, label)));
    const count = element("input", { type: "number", min: "1", max: "10000", value: "1", "aria-label": "次数" });
    const code = element("input", { type: "number", value: "45009", hidden: true, "aria-label": "错误码" });
    kind.addEventListener("change", () => { code.hidden = kind.value !== "refused"; });
    this.ordered = element("span", { class: "ordered" });
    this.noFaults = button("清除", () => control({ no_faults: true }));
    const order = () => control({ fault: { kind: kind.value, path: path.value, count: Number(count.value) || 1, ...(code.hidden ? {} : { code: Number(code.value) || -1 }) } });
    return group("接口故障", kind, code, path, count, button("安排", order), this.ordered, this.noFaults);
  }

  toggle(name, label) {
    const box = element("input", { type: "checkbox", on: { change: () => control({ [name]: box.checked }) } });
    this[name] = box;
    return element("label", { class: "toggle" }, box, label);
  }

  async check() {
    if (await control({ check: true })) toast("回调地址验证通过");
  }

  reset(state) {
    this.mode.value = state.mode;
    for (const [name, on] of Object.entries(state.disorder)) this[name].checked = on;
    const label = (list, value) => list.find(([known]) => known === value)?.[1] ?? value;
    this.ordered.textContent = state.faults.map((fault) => `${label(WHERE, fault.path)} ${label(TROUBLE, fault.kind)}${fault.kind === "refused" ? ` ${fault.code}` : ""} ×${fault.count}`).join("；");
    this.noFaults.hidden = !state.faults.length;
    this.offset = new Date(state.now).getTime() - Date.now();
    this.tick();
  }

  // The platform's present moment, by its own clock.
  time() {
    return Date.now() + (this.offset ?? 0);
  }

  tick() {
    this.now.textContent = dayTime(this.time());
  }
}

function group(name, ...children) {
  return element("fieldset", {}, element("legend", {}, name), ...children);
}

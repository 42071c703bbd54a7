// The settings drawer: message mode, time, and deliveries that go wrong.

import { control } from "./call.js";
import { button, clockTime, element, toast } from "./dom.js";

export class Controls {
  constructor(place) {
    this.now = element("output", { class: "now" });
    this.mode = element("select", { "aria-label": "消息加解密方式", on: { change: () => control({ mode: this.mode.value }) } },
      element("option", { value: "plain" }, "明文模式"), element("option", { value: "compatible" }, "兼容模式"), element("option", { value: "safe" }, "安全模式"));
    this.until = element("input", { type: "datetime-local", "aria-label": "把时间移到" });
    place.append(
      group("消息加解密", this.mode, button("验证回调地址", () => this.check())),
      group("时间", this.now, button("+1 小时", () => control({ hours: 1 })), button("+1 天", () => control({ hours: 24 })), this.until,
        button("移到", () => this.until.value && control({ until: `${this.until.value}:00+08:00` }))),
      group("推送出错", this.toggle("twice", "推送两遍"), this.toggle("swap", "次序颠倒"), this.toggle("lose_first", "首次回复丢失")));
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
    this.offset = new Date(state.now).getTime() - Date.now();
    this.tick();
  }

  // The platform's present moment, by its own clock.
  time() {
    return Date.now() + (this.offset ?? 0);
  }

  tick() {
    this.now.textContent = clockTime(this.time(), true);
  }
}

function group(name, ...children) {
  return element("fieldset", {}, element("legend", {}, name), ...children);
}

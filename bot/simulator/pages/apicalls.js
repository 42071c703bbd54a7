// The second half of the wire panel: what the account called on the platform, newest first.

import { wireTime, element } from "./dom.js";

const KEPT = 60;

export function callRow(call) {
  let code = "";
  try {
    code = JSON.parse(call.answer).errcode ?? "";
  } catch {
    code = "";
  }
  const summary = element("summary", {},
    element("span", { class: "exchange-kind" }, `${call.method} ${call.path.replace("/cgi-bin/", "")}`),
    code ? element("span", { class: "outcome failed" }, String(code)) : element("span", { class: "outcome answered" }, "成功"),
    element("time", {}, wireTime(call.at)));
  const nodes = call.body ? [part("请求", call.body)] : [];
  return element("li", {}, element("details", {}, summary, ...nodes, part("返回", call.answer || "（空）")));
}

export function part(title, text) {
  return element("figure", {}, element("figcaption", {}, title), element("pre", { tabindex: "0" }, text));
}

export class ApiCalls {
  constructor() {
    this.list = element("ol", { class: "exchanges" });
  }

  reset(calls) {
    this.list.replaceChildren(...[...calls].reverse().map(callRow));
    if (!calls.length) this.list.append(element("li", { class: "empty" }, "公众号还没有调用过接口。"));
  }

  add(call) {
    this.list.querySelector(".empty")?.remove();
    this.list.prepend(callRow(call));
    while (this.list.childElementCount > KEPT) this.list.lastElementChild.remove();
  }
}

// The wire panel: every push of the chosen phone as it was posted, and every answer.

import { ApiCalls, part } from "./apicalls.js";
import { button, element, took, wireTime } from "./dom.js";

const OUTCOMES = {
  waiting: "等待中", held: "排队中", acknowledged: "已确认", answered: "已回复", failed: "无回应", timed_out: "超过 5 秒",
  bad_status: "状态码不是 200", flawed: "回复有误", json: "回复是 JSON", html: "回复是 HTML", malformed: "不是合格的 XML",
  wrong_parties: "收发方不对", unknown_type: "消息类型不认识", incomplete: "缺少字段", plain_in_safe_mode: "安全模式下未加密",
  sealed_in_plain_mode: "明文模式下加了密", bad_signature: "签名不对", bad_cipher: "解不开", empty_text: "文字为空",
  long_text: "文字超过 2048 字节", too_many_articles: "图文太多", no_reply_taken: "此事件不收回复",
};

// Who sends reports that are about nobody in particular: they show with every phone.
const NOBODY = "mphelper";

// A few of the push's own words, by which a person finds it again.
const GIST = /<(?:Content|Recognition|EventKey|Label|Title)><!\[CDATA\[(.+?)\]\]>/s;

export class Wire {
  constructor(place) {
    this.place = place;
    this.exchanges = new Map();
    this.openid = null;
    this.opened = new Set();
    this.list = element("ol", { class: "exchanges" });
    this.heading = element("h2", {}, "报文");
    this.calls = new ApiCalls();
    this.calls.list.hidden = true;
    this.tabs = [button("推送", () => this.show(false)), button("接口调用", () => this.show(true))];
    place.append(
      element("div", { class: "wire-head" }, this.heading, (this.shut = button("关闭", () => this.onClose(), { class: "quiet" }))),
      element("div", { class: "wire-tabs" }, ...this.tabs), this.list, this.calls.list);
    this.show(false);
  }

  // Either the pushes of the chosen phone, or the account's own calls.
  show(calls) {
    this.list.hidden = calls;
    this.calls.list.hidden = !calls;
    this.tabs[0].setAttribute("aria-pressed", String(!calls));
    this.tabs[1].setAttribute("aria-pressed", String(calls));
  }

  focus() {
    this.shut.focus();
  }

  reset(phones, calls) {
    this.calls.reset(calls);
    this.names = new Map(phones.map((phone) => [phone.openid, phone.name]));
    this.exchanges = new Map(phones.flatMap((phone) => phone.exchanges.map((exchange) => [exchange.id, exchange])));
    if (!this.names.has(this.openid)) this.openid = phones.length ? phones[0].openid : null;
    this.render();
  }

  choose(openid, exchange = null) {
    this.openid = openid;
    if (exchange !== null) this.opened.add(exchange);
    if (exchange !== null) this.show(false);
    this.render();
    if (exchange !== null) document.getElementById(`exchange-${exchange}`)?.scrollIntoView({ block: "start" });
  }

  update(exchange) {
    this.exchanges.set(exchange.id, exchange);
    if (![this.openid, NOBODY].includes(exchange.openid)) return;
    const old = document.getElementById(`exchange-${exchange.id}`);
    const fresh = this.row(exchange);
    if (old) old.replaceWith(fresh);
    else this.list.prepend(fresh);
    this.list.querySelector(".empty")?.remove();
  }

  render() {
    this.heading.textContent = this.openid ? `报文 · ${this.names.get(this.openid)}` : "报文";
    const rows = [...this.exchanges.values()].filter((exchange) => [this.openid, NOBODY].includes(exchange.openid)).sort((one, other) => other.id - one.id);
    this.list.replaceChildren(...rows.map((exchange) => this.row(exchange)));
    if (!rows.length) this.list.append(element("li", { class: "empty" }, "这部手机还没有收发过消息。"));
  }

  row(exchange) {
    const first = exchange.attempts[0];
    const summary = element("summary", {},
      element("span", { class: "exchange-kind" }, exchange.kind),
      element("span", { class: "gist" }, GIST.exec(exchange.plain)?.[1] ?? ""),
      element("span", { class: `outcome ${exchange.outcome}` }, OUTCOMES[exchange.outcome] ?? exchange.outcome),
      element("time", {}, first ? wireTime(first.at) : ""));
    const details = element("details", { open: this.opened.has(exchange.id) }, summary);
    details.addEventListener("toggle", () => {
      if (details.open) this.opened.add(exchange.id);
      else this.opened.delete(exchange.id);
      if (details.open && details.childElementCount === 1) details.append(...this.insides(exchange));
    });
    if (details.open) details.append(...this.insides(exchange));
    return element("li", { id: `exchange-${exchange.id}` }, details);
  }

  insides(exchange) {
    const query = Object.entries(exchange.query).map(([name, value]) => `${name}=${value}`).join("\n");
    const nodes = [part("推送（明文）", exchange.plain)];
    if (exchange.body && exchange.body !== exchange.plain) nodes.push(part("推送（实际发出）", exchange.body));
    nodes.push(part(`POST ${exchange.url}`, query));
    for (const attempt of exchange.attempts) {
      const needed = attempt.seconds === null ? "" : ` · ${took(attempt.seconds)}`;
      const said = OUTCOMES[attempt.outcome] ?? attempt.outcome;
      nodes.push(element("h3", {}, `第 ${attempt.number} 次 · ${wireTime(attempt.at)}${needed} · ${said}${attempt.status ? ` · ${attempt.status}` : ""}`));
      if (attempt.opened) nodes.push(part("回复（解密后）", attempt.opened));
      if (attempt.status) nodes.push(part("回复", attempt.answer || "（空）"));
    }
    return nodes;
  }
}

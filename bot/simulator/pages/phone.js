// One phone: its chat, its input, its menu. Keeps its element, so that a draft survives every update.

import { ask } from "./ask.js";
import { bubbleNode } from "./bubble.js";
import { gesture, removePhone } from "./call.js";
import { button, dayTime, element } from "./dom.js";
import { addressFor, isHere } from "./links.js";
import { menuBar, shut } from "./menubar.js";
import { answerPopup, settings } from "./notices.js";
import { plusPanel, scan } from "./plus.js";

const GAP = 5 * 60 * 1000;
const NEAR_END = 60;

export class Phone {
  constructor(state, account, openWire, select, time) {
    this.openid = state.openid;
    this.time = time;
    this.openWire = (exchange) => openWire(this.openid, exchange);
    this.select = () => select(this.openid);
    this.atEnd = true;
    this.build(state);
    this.reset(state, account);
  }

  build(state) {
    this.name = state.name;
    this.heading = element("span", { class: "phone-title" });
    this.window = element("span", { class: "window" });
    this.chat = element("ol", { class: "chat", role: "log", "aria-label": `${state.name}的聊天`, tabindex: "0", on: { scroll: () => this.scrolled() } });
    this.input = element("input", { class: "say", maxlength: "4000", "aria-label": `${state.name}要说的话`, autocomplete: "off", enterkeyhint: "send" });
    this.plus = plusPanel(this);
    this.plusButton = button("＋", () => this.togglePlus(), { class: "plus-button", "aria-label": "更多发送方式", "aria-expanded": "false" });
    this.talk = element("form", { class: "talk", on: { submit: (event) => this.submit(event) } }, this.input, this.plusButton, element("button", { type: "submit", class: "send" }, "发送"));
    this.menu = element("div");
    this.invite = element("div", { class: "invite" });
    this.more = element("details", { class: "more" }, element("summary", { "aria-label": `${state.name}的更多操作` }, "⋯"), element("div", { class: "more-list" },
      (this.popup = button("订阅通知弹窗", () => { this.more.open = false; answerPopup(this); })),
      (this.settings = button("消息设置", () => { this.more.open = false; settings(this); })),
      (this.leave = button("取消关注", () => this.act("unfollow"))),
      button("看报文", () => { this.more.open = false; this.openWire(null); }),
      button("收起这部手机", () => { this.more.open = false; removePhone(this.openid); })));
    this.node = element("section", { class: "phone", "aria-label": `手机 ${state.name}` },
      element("h2", { class: "phone-label" }, state.name),
      element("div", { class: "phone-body" },
        element("header", { class: "phone-head" }, element("div", { class: "phone-who" }, this.heading, this.window), this.more),
        this.chat, this.invite, element("footer", { class: "phone-foot" }, this.talk, this.plus, this.menu)));
    new ResizeObserver(() => this.toEnd()).observe(this.chat);
    for (const event of ["pointerdown", "focusin"]) this.node.addEventListener(event, this.select);
    this.more.addEventListener("keydown", (event) => { if (event.key === "Escape") this.more.open = false; });
    this.node.addEventListener("click", (event) => {
      if (!this.menu.contains(event.target)) shut(this.menu);
      if (!this.more.contains(event.target)) this.more.open = false;
      if (this.chat.contains(event.target)) this.closePlus();
    });
  }

  // Start over from the simulator's own state, after loading or reconnecting.
  reset(state, account) {
    const read = this.chat.scrollTop;
    this.title = account.title;
    this.notices = account.notices;
    this.lastAt = 0;
    this.chat.replaceChildren();
    for (const bubble of state.bubbles) this.add(bubble);
    this.setMenu(account.menu);
    this.update(state);
    if (!this.atEnd) this.chat.scrollTop = read;
  }

  setMenu(buttons) {
    const asJson = JSON.stringify(buttons);
    if (asJson === this.menuJson) return;
    this.menuJson = asJson;
    this.menu.replaceChildren(...(buttons && buttons.length ? [menuBar(buttons, (path, entry) => this.tapMenu(path, entry))] : []));
  }

  add(bubble) {
    const at = new Date(bubble.at).getTime();
    if (at - this.lastAt > GAP) this.chat.append(element("li", { class: "line when" }, dayTime(bubble.at)));
    this.lastAt = at;
    this.chat.append(bubbleNode(bubble, this));
    this.toEnd();
  }

  update(state) {
    const follows = state.follows;
    if (follows && this.invite.contains(document.activeElement)) this.chat.focus();
    this.heading.textContent = state.waiting > 0 ? "对方正在输入…" : this.title;
    this.node.classList.toggle("waiting", state.waiting > 0 && follows);
    this.talk.hidden = this.menu.hidden = !follows;
    if (!follows) this.closePlus();
    this.invite.hidden = follows;
    this.leave.hidden = this.popup.hidden = this.settings.hidden = !follows;
    this.muted = state.muted;
    this.grants = state.grants;
    if (!follows && !this.invite.childElementCount) {
      this.invite.append(element("span", { class: "face big", "aria-hidden": "true" }, this.title.slice(0, 1)),
        element("strong", {}, this.title), element("span", {}, "服务号"), button("关注公众号", () => this.act("follow"), { class: "follow" }),
        button("扫码关注", () => scan(this), { class: "quiet" }));
    }
    this.until = state.window.until;
    this.quota = state.window;
    this.window.hidden = !follows;
    this.tick();
    this.toEnd();
  }

  // Follows the chat to its end, unless somebody has scrolled up to read.
  toEnd() {
    if (this.atEnd) this.chat.scrollTop = this.chat.scrollHeight;
  }

  scrolled() {
    this.atEnd = this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < NEAR_END;
  }

  // The custom-message window as it runs out, by the simulator's clock.
  tick(now = this.time()) {
    const left = this.until ? new Date(this.until).getTime() - now : 0;
    const open = left > 0;
    this.window.textContent = open ? `客服消息 ${this.quota.remaining}/${this.quota.limit} · ${span(left)}` : "客服消息 不可发";
    this.window.classList.toggle("shut", !open || this.quota.remaining === 0);
    this.window.title = "客服消息：对方说话后 48 小时内 5 条；点菜单、关注、扫码后 1 分钟内 3 条";
  }

  submit(event) {
    event.preventDefault();
    const text = this.input.value;
    if (!text) return;
    this.input.value = "";
    this.act("say", { text });
  }

  act(name, asked) {
    this.more.open = false;
    this.atEnd = true;
    this.toEnd();
    return gesture(this.openid, name, asked);
  }

  tapReply(content, id) {
    this.act("tap-reply", { content, id });
  }

  async tapMenu(path, entry) {
    const asked = { path };
    if (entry.type.startsWith("scancode")) {
      const code = await ask("扫一扫", [{ name: "text", label: "扫到的内容", value: "https://example.cn/sign-in" }], "扫码");
      if (!code) return;
      asked.scanned = code.text;
    }
    this.act("tap-menu", asked);
    if (entry.type === "view" && isHere(entry.url)) window.open(addressFor(entry.url, this), "_blank", "noopener");
  }

  togglePlus() {
    this.plus.hidden = !this.plus.hidden;
    this.plusButton.setAttribute("aria-expanded", String(!this.plus.hidden));
  }

  closePlus() {
    this.plus.hidden = true;
    this.plusButton.setAttribute("aria-expanded", "false");
  }
}

function span(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 120) return `${seconds} 秒`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} 分` : `${Math.round(minutes / 60)} 小时`;
}

// One bubble, card or grey line of a chat.

import { element, button, dayTime, icon, took } from "./dom.js";
import { isHere, link, textNodes } from "./links.js";

const NAMED = { image: "图片", voice: "语音", video: "视频", music: "音乐", location: "位置", miniprogrampage: "小程序", mpnews: "图文消息", mpvideo: "视频" };

export function bubbleNode(bubble, phone) {
  if (bubble.side === "line") return element("li", { class: `line line-${bubble.kind}` }, bubble.text, figure(bubble, phone));
  const mine = bubble.side === "mine";
  const face = element("span", { class: "face", "aria-hidden": "true" }, mine ? phone.name.slice(0, 1) : phone.title.slice(0, 1));
  const body = element("div", { class: "said" }, content(bubble, phone), figure(bubble, phone));
  const who = element("span", { class: "unseen" }, mine ? "我说：" : `${phone.title}说：`);
  return element("li", { class: `bubble ${bubble.side} kind-${bubble.kind}` }, face, who, body);
}

function content(bubble, phone) {
  if (bubble.kind === "news") return news(bubble, phone);
  if (bubble.kind === "template" || bubble.kind === "notice") return notice(bubble, phone);
  if (bubble.kind === "msgmenu") return menuMessage(bubble, phone);
  if (bubble.kind in NAMED) return thing(bubble);
  // What a person types is never markup, not even a link.
  return element("div", { class: "words" }, ...(bubble.side === "mine" ? [bubble.text] : textNodes(bubble.text, phone)));
}

function news(bubble, phone) {
  const cards = bubble.cards.map((card, index) => {
    const lead = index === 0;
    const alone = bubble.cards.length === 1;
    const blank = alone ? null : element("span", { class: "no-picture", "aria-hidden": "true" });
    const picture = isHere(card.picture) ? element("img", { src: card.picture, alt: "", loading: "lazy" }) : blank;
    const words = element("span", { class: "card-words" }, element("strong", {}, card.title));
    if (alone && card.description) words.append(element("span", { class: "card-more" }, card.description));
    const inside = element("span", { class: `card${lead ? " lead" : ""}${picture ? "" : " bare"}` }, picture, words);
    return card.url ? link(card.url, phone, inside) : inside;
  });
  return element("div", { class: "cards" }, ...cards);
}

// A template message or 订阅通知: title, moment, label and value line by line, and where it leads.
function notice(bubble, phone) {
  const lines = bubble.rows.flatMap((row) => [element("dt", {}, row.label), element("dd", {}, row.value)]);
  const more = () => element("span", { class: "notice-more" }, "查看详情");
  const foot = bubble.tail ? link(bubble.tail, phone, more()) : null;
  return element("div", { class: "cards notice" },
    element("strong", {}, bubble.text), element("time", {}, dayTime(bubble.at)), element("dl", {}, ...lines), foot);
}

function menuMessage(bubble, phone) {
  const choices = bubble.choices.map((choice) =>
    element("li", {}, button(choice.content, () => phone.tapReply(choice.content, choice.id), { class: "reply-link" })),
  );
  return element("div", { class: "words" }, bubble.text, element("ul", { class: "choices" }, ...choices), bubble.tail);
}

function thing(bubble) {
  const label = `${NAMED[bubble.kind]}${bubble.text ? `：${bubble.text}` : ""}`;
  const plain = () => element("div", { class: "words thing" }, icon(bubble.kind), element("span", {}, label, bubble.tail ? element("small", {}, bubble.tail) : null));
  if (bubble.kind !== "image" || !bubble.media_id) return plain();
  const source = `/phones/media/${encodeURIComponent(bubble.media_id)}`;
  return element("img", { class: "picture", src: source, alt: "图片", on: { error: (event) => event.target.replaceWith(plain()) } });
}

// How long the answer took of its 5 seconds; opens the exchange in the wire panel.
function figure(bubble, phone) {
  if (bubble.exchange === null || bubble.exchange === undefined) return null;
  const needed = bubble.seconds === null ? "无回应" : took(bubble.seconds);
  const again = bubble.attempt > 1 ? ` · 第 ${bubble.attempt} 次` : "";
  const slow = bubble.seconds > 4 ? " slow" : "";
  return button(`${needed}${again}`, () => phone.openWire(bubble.exchange), { class: `took${slow}`, title: "用时（限 5 秒），点开看报文" });
}

// Cuts a text into words and links. Only <a href> counts, as in the real chat; all else stays the text it is.

import { element } from "./dom.js";

const ANCHOR = /<a\s[^>]*?href\s*=\s*(["'])(.*?)\1[^>]*>(.*?)<\/a>/gis;
const BARE = /https?:\/\/[^\s<>"'，。；、）】》]+/g;

export function tokens(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(ANCHOR)) {
    found.push(...bareTokens(text.slice(end, match.index)), linkToken(match[2], match[3]));
    end = match.index + match[0].length;
  }
  return [...found, ...bareTokens(text.slice(end))];
}

function bareTokens(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(BARE)) {
    found.push({ text: text.slice(end, match.index) }, linkToken(match[0], match[0]));
    end = match.index + match[0].length;
  }
  return [...found, { text: text.slice(end) }].filter((token) => token.text);
}

function linkToken(address, text) {
  const reply = /^weixin:\/\/bizmsgmenu\?(.*)$/is.exec(address);
  if (!reply) return { text, address };
  const query = new URLSearchParams(reply[1].replaceAll("&amp;", "&"));
  return { text, content: query.get("msgmenucontent") ?? "", id: query.get("msgmenuid") ?? "" };
}

export function isHere(address) {
  try {
    const url = new URL(address);
    return /^https?:$/.test(url.protocol) && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname);
  } catch {
    return false;
  }
}

// The text as nodes; a tapped reply link is sent by the phone.
export function textNodes(text, phone) {
  return tokens(text).map((token) => {
    if (token.content !== undefined) {
      return element("button", { type: "button", class: "reply-link", on: { click: () => phone.tapReply(token.content, token.id) } }, token.text);
    }
    return token.address === undefined ? document.createTextNode(token.text) : link(token.address, phone, token.text);
  });
}

// The address as this phone's own browser would open it: the authorize page learns who is asking.
export function addressFor(address, phone) {
  const url = new URL(address);
  if (url.origin === location.origin && url.pathname === "/connect/oauth2/authorize") url.searchParams.set("phone", phone.openid);
  return url.href;
}

// A link opens in a new tab when it stays on this machine; any other only shows where it would lead.
export function link(address, phone, ...children) {
  if (isHere(address)) {
    return element("a", { href: addressFor(address, phone), target: "_blank", rel: "noopener noreferrer" }, ...children);
  }
  const shown = element("span", { class: "far-link" }, ...children);
  if (shown.textContent !== address) shown.append(element("small", {}, address));
  return shown;
}

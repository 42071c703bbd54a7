// Builds elements. Words only ever enter as text, never as markup.

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function button(label, onClick, attributes = {}) {
  return element("button", { type: "button", ...attributes, on: { click: onClick } }, label);
}

const SVG = "http://www.w3.org/2000/svg";

// A drawing from icons.svg; says nothing to a screen reader.
export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/pages/icons.svg#${name}`);
  picture.append(use);
  return picture;
}

let toastTimer = 0;

export function toast(sentence) {
  const place = document.getElementById("toast");
  place.textContent = sentence;
  place.classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove("on"), 4000);
}

const TIME = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai", hourCycle: "h23" };
const DAY = { ...TIME, year: "numeric", month: "numeric", day: "numeric" };
const SECONDS = { ...TIME, second: "2-digit" };

const written = (moment, options) => new Date(moment).toLocaleString("zh-CN", options);

// Times are shown as in Nanjing: to the second on the wire, with the day in a chat.
export const wireTime = (moment) => written(moment, SECONDS);
export const dayTime = (moment) => written(moment, DAY);

// A span of seconds, as fine as it matters.
export const took = (seconds) => (seconds < 1 ? `${Math.round(seconds * 1000)} 毫秒` : `${seconds.toFixed(2)} 秒`);

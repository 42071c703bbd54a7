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

let toastTimer = 0;

export function toast(sentence) {
  const place = document.getElementById("toast");
  place.textContent = sentence;
  place.classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => place.classList.remove("on"), 4000);
}

export function clockTime(iso, withDay = false) {
  const options = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai", hour12: false };
  if (withDay) Object.assign(options, { year: "numeric", month: "numeric", day: "numeric" });
  return new Date(iso).toLocaleString("zh-CN", options);
}

// The account's menu under the chat: up to three columns, each with rows that pop up.

import { element, button } from "./dom.js";

export function menuBar(buttons, tap) {
  const bar = element("nav", { class: "menu", "aria-label": "公众号菜单" });
  buttons.forEach((entry, column) => {
    const rows = entry.sub_button || [];
    if (!rows.length) {
      bar.append(button(entry.name, () => { shut(bar); tap([column], entry); }, { class: "column" }));
      return;
    }
    const list = element("div", { class: "rows", hidden: true });
    rows.forEach((row, index) => {
      list.append(button(row.name, () => { shut(bar); tap([column, index], row); }));
    });
    const opener = button(entry.name, () => {
      const wasShut = list.hidden;
      shut(bar);
      list.hidden = !wasShut;
      opener.setAttribute("aria-expanded", String(wasShut));
    }, { class: "column has-rows", "aria-expanded": "false" });
    bar.append(element("div", { class: "column-box" }, list, opener));
  });
  bar.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(bar); });
  return bar;
}

export function shut(bar) {
  for (const list of bar.querySelectorAll(".rows")) list.hidden = true;
  for (const opener of bar.querySelectorAll("[aria-expanded]")) opener.setAttribute("aria-expanded", "false");
}

// A small dialog that asks for a few words, a choice or a file; resolves to the answers, or null.

import { button, element } from "./dom.js";

export function ask(title, fields, done = "发送") {
  return new Promise((resolve) => {
    const inputs = new Map();
    const rows = fields.map((field) => {
      const input = field.options
        ? element("select", {}, ...field.options.map(([value, label]) => element("option", { value }, label)))
        : element("input", { type: field.type ?? "text", value: field.value, placeholder: field.hint, accept: field.accept, list: field.list ? "ask-list" : null, maxlength: field.type === "file" ? null : "1000", autocomplete: "off" });
      inputs.set(field.name, input);
      const list = field.list ? element("datalist", { id: "ask-list" }, ...field.list.map((value) => element("option", { value }))) : null;
      return element("label", {}, field.label, input, list);
    });
    const form = element("form", { method: "dialog" },
      element("h2", {}, title), ...rows,
      element("div", { class: "ask-foot" }, button("取消", () => dialog.close()), element("button", { type: "submit", class: "send" }, done)));
    const dialog = element("dialog", { class: "ask", "aria-label": title }, form);
    let answers = null;
    form.addEventListener("submit", () => {
      answers = Object.fromEntries([...inputs].map(([name, input]) => [name, input.type === "file" ? input.files[0] ?? null : input.value]));
    });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answers); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

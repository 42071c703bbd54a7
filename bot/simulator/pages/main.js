// Starts the page: one stream of events keeps phones, wire panel and settings as the simulator has them.

import { addPhone } from "./call.js";
import { Controls } from "./controls.js";
import { button, toast } from "./dom.js";
import { Phone } from "./phone.js";
import { Row } from "./row.js";
import { Wire } from "./wire.js";

const place = (id) => document.getElementById(id);
const phones = new Map();
const wire = new Wire(place("wire"));
const controls = new Controls(place("controls"));
const row = new Row(place("phones"));
let front = sessionStorage.getItem("front");
let openedFrom = null;

function snapshot(state) {
  controls.reset(state);
  document.title = `${state.title} · 微信模拟器`;
  place("title").textContent = `${state.title} · 微信模拟器`;
  const known = new Set(state.phones.map((phone) => phone.openid));
  for (const [openid, phone] of phones) {
    if (!known.has(openid)) { phone.node.remove(); phones.delete(openid); }
  }
  for (const one of state.phones) {
    const phone = phones.get(one.openid);
    if (phone) phone.reset(one, state);
    else {
      phones.set(one.openid, new Phone(one, state, openWire, select, () => controls.time()));
      place("phones").append(phones.get(one.openid).node);
    }
  }
  wire.reset(state.phones, state.calls);
  place("nobody").hidden = state.phones.length > 0;
  bringToFront(phones.has(front) ? front : state.phones[0]?.openid);
}

// The phone in front is the one whose wire is shown; where room is short, it is the one that stays.
function bringToFront(openid) {
  front = openid;
  if (openid) sessionStorage.setItem("front", openid);
  for (const [id, phone] of phones) phone.node.classList.toggle("front", id === openid);
  row.show([...phones.values()], openid);
  place("tabs").replaceChildren(...[...phones].map(([id, phone]) =>
    button(phone.name, () => bringToFront(id), { "aria-current": id === openid ? "true" : null })));
  place("tabs").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  if (!openid) return;
  wire.choose(openid);
}

// Touching a phone makes it the one whose wire is shown.
function select(openid) {
  if (openid !== front) bringToFront(openid);
}

function openWire(openid, exchange) {
  select(openid);
  openedFrom = document.activeElement;
  reveal("wire", true);
  wire.choose(openid, exchange);
  wire.focus();
}

function reveal(id, on) {
  place(id).hidden = !on;
  place(`show-${id}`).setAttribute("aria-expanded", String(on));
  document.body.classList.toggle(`with-${id}`, on);
  if (id === "wire") localStorage.setItem("wire", on ? "on" : "off");
}

// Closing gives the keyboard back to where the panel was opened from.
function closeWire() {
  reveal("wire", false);
  (openedFrom?.isConnected ? openedFrom : place("show-wire")).focus();
}

function listen() {
  const events = new EventSource("/phones/events");
  const on = (kind, handle) => events.addEventListener(kind, (event) => handle(JSON.parse(event.data)));
  on("snapshot", snapshot);
  on("bubble", ({ openid, bubble }) => phones.get(openid)?.add(bubble));
  on("phone", (state) => phones.get(state.openid)?.update(state));
  on("exchange", (exchange) => wire.update(exchange));
  on("call", (made) => wire.calls.add(made));
  on("menu", ({ buttons }) => phones.forEach((phone) => phone.setMenu(buttons)));
  // The stream ends when the simulator does; the browser calls again by itself.
  events.addEventListener("error", () => { if (events.readyState === EventSource.CONNECTING) toast("正在重新连接模拟器…"); });
}

place("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const added = await addPhone(place("add-name").value);
  if (!added) return;
  place("add-name").value = "";
  front = added.openid;
  document.body.classList.remove("with-add");
});
place("show-add").addEventListener("click", () => {
  const shown = document.body.classList.toggle("with-add");
  place("show-add").setAttribute("aria-expanded", String(shown));
  if (shown) place("add-name").focus();
});
place("show-controls").addEventListener("click", () => reveal("controls", place("controls").hidden));
place("show-wire").addEventListener("click", () => (place("wire").hidden && front ? openWire(front, null) : closeWire()));
place("wire").addEventListener("keydown", (event) => { if (event.key === "Escape") closeWire(); });
wire.onClose = closeWire;
setInterval(() => { controls.tick(); phones.forEach((phone) => phone.tick(controls.time())); }, 1000);
reveal("wire", innerWidth >= 1100 && localStorage.getItem("wire") === "on");
listen();

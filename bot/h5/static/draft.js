// What is typed of a bid is kept as it is written, so that a page that closes loses nothing but the last few seconds.

const form = document.getElementById("bid");
const told = document.getElementById("draft-told");
const PAUSE = 4000;
let timer = 0;

async function save(last) {
  clearTimeout(timer);
  timer = 0;
  const data = new FormData();
  data.set("csrf", form.elements.csrf.value);
  data.set("quiet", "1");
  for (const field of form.querySelectorAll("[data-draft]")) data.set(field.name, field.value);
  try {
    const answer = await fetch(form.dataset.keep, { method: "POST", body: data, keepalive: last === true });
    told.textContent = answer.status === 204 ? form.dataset.kept : answer.status === 404 ? form.dataset.closed : form.dataset.failed;
  } catch {
    told.textContent = form.dataset.failed;
  }
}

if (form) {
  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-draft]")) return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) save(true);
  });
}

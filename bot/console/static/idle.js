// Says that the session is about to end, on pages where something can be typed.

const hint = document.getElementById("idle");

if (hint && document.querySelector("main form[method=post] :is(textarea, select, input:not([type=hidden]))")) {
  setTimeout(() => {
    hint.hidden = false;
  }, Number(hint.dataset.minutes) * 60_000);
}

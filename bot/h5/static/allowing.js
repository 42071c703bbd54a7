// Buttons by which a person allows one notice more: shown once WeChat has accepted this page, hidden where it does not.

const section = document.getElementById("allowing");

function hide() {
  section.hidden = true;
}

if (section && window.wx) {
  const { appId, timestamp, nonce, signature } = section.dataset;
  wx.config({
    debug: false, appId, timestamp: Number(timestamp), nonceStr: nonce, signature, jsApiList: [],
    openTagList: ["wx-open-subscribe"],
  });
  let refused = false;
  wx.error(() => { refused = true; hide(); });
  wx.ready(() => { section.hidden = refused; });
  document.addEventListener("WeixinOpenTagsError", () => { refused = true; hide(); });
  for (const tag of section.querySelectorAll("wx-open-subscribe")) {
    // What was chosen comes to us as an event of the platform's; the page only says that it was heard.
    tag.addEventListener("success", () => { section.querySelector("[role=status]").hidden = false; });
  }
}

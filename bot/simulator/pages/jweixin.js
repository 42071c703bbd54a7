// Stands in for the platform's JS-SDK in pages of the account, where the real one would find no WeChat to speak to.
// It plays the one tag that the account uses; the popup is a page of the simulator's, which checks the page's signature.

{
  const origin = new URL(document.currentScript.src).origin;
  const ready = [], failed = [];
  let config = null;

  class OpenSubscribe extends HTMLElement {
    connectedCallback() {
      const tree = this.attachShadow({ mode: "open" });
      for (const template of this.querySelectorAll("template")) tree.append(template.content.cloneNode(true));
      tree.addEventListener("click", () => {
        const { appId, timestamp, nonceStr, signature } = config;
        const url = location.href.split("#")[0], template = this.getAttribute("template") ?? "";
        location.assign(`${origin}/jssdk/subscribe?${new URLSearchParams({ appId, timestamp, nonceStr, signature, url, template })}`);
      });
    }
  }

  function settle() {
    const whole = config.appId && config.timestamp && config.nonceStr && config.signature;
    if (!whole) return failed.forEach((tell) => tell({ errMsg: "config:fail" }));
    if (config.openTagList?.includes("wx-open-subscribe")) customElements.define("wx-open-subscribe", OpenSubscribe);
    ready.forEach((tell) => tell());
  }

  window.wx = {
    config: (told) => { config = told; setTimeout(settle); },
    ready: (tell) => { ready.push(tell); },
    error: (tell) => { failed.push(tell); },
  };
}

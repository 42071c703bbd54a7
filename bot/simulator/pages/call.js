// Speaks to the simulator; a refusal is shown as its sentence.

import { toast } from "./dom.js";

async function call(method, path, body) {
  try {
    const answer = await fetch(path, {
      method,
      headers: body instanceof FormData || body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
    });
    const result = await answer.json();
    if (answer.ok) return result;
    toast(result.sentence || `出错了（${answer.status}）`);
  } catch {
    toast("模拟器没有回应，它还在运行吗？");
  }
  return null;
}

export const gesture = (openid, name, asked = {}) => call("POST", `/phones/${openid}/${name}`, { wait: false, ...asked });
export const addPhone = (name) => call("POST", "/phones", { name });
export const removePhone = (openid) => call("DELETE", `/phones/${openid}`);
export const control = (asked) => call("POST", "/controls", asked);
export const scenes = async () => (await call("GET", "/phones"))?.scenes ?? [];
export const post = (path, body) => call("POST", path, body);

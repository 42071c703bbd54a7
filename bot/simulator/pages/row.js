// Which phones stand side by side: as many as there is room for, the one in front among them.

const WIDTH = 316;
const MARGIN = 16;

export class Row {
  constructor(place) {
    this.place = place;
    this.phones = [];
    this.first = 0;
    new ResizeObserver(() => this.arrange()).observe(place);
  }

  show(phones, front) {
    this.phones = phones;
    this.front = front;
    this.arrange();
  }

  arrange() {
    const fit = Math.max(1, Math.floor((this.place.clientWidth - MARGIN) / WIDTH));
    const front = this.phones.findIndex((phone) => phone.openid === this.front);
    this.first = Math.max(0, front - fit + 1, Math.min(this.first, front, this.phones.length - fit));
    this.phones.forEach((phone, index) => phone.node.classList.toggle("shown", index >= this.first && index < this.first + fit));
    document.body.classList.toggle("with-tabs", this.phones.length > fit);
  }
}

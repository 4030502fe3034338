import { post, Refusal } from './api.js';
import { byId, say } from './dom.js';
import { money } from './money.js';
import { focusOrder } from './orders.js';

/**
 * The question before an order is rejected.
 *
 * @param onRejected is called when the answer of the server is there
 */
export class Rejection {
  #dialog = byId('rejection');
  #order;
  #busy = false;
  #onRejected;

  constructor(onRejected) {
    this.#onRejected = onRejected;
    byId('keep-order').addEventListener('click', () => this.#dialog.close());
    byId('reject-order').addEventListener('click', () => this.#reject());
    this.#dialog.addEventListener('close', () => this.#keepFocus());
  }

  ask(order) {
    this.#order = order;
    say(byId('rejection-heading'), `Reject order ${order.id}?`);
    say(
      byId('rejection-text'),
      `${order.customer} gets ${money(order.total)} back, the invoice is cancelled, and the stock is released. This cannot be undone.`,
    );
    byId('rejection-problem').replaceChildren();
    this.#dialog.showModal();
  }

  async #reject() {
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    const { id } = this.#order;
    try {
      await post(`orders/${id}/rejection`, {});
      this.#end(id, `Order ${id} was rejected.`);
    } catch (error) {
      if (error instanceof Refusal) {
        this.#end(id, error.message);
      } else {
        byId('rejection-problem').replaceChildren(`${error.message} Trying once more does no harm.`);
      }
    } finally {
      this.#busy = false;
    }
  }

  /** The button that asked is gone if somebody else has rejected the order meanwhile. */
  #keepFocus() {
    if (document.activeElement === document.body) {
      focusOrder(this.#order.id);
    }
  }

  #end(id, news) {
    this.#dialog.close();
    focusOrder(id);
    say(byId('orders-news'), news);
    this.#onRejected();
  }
}

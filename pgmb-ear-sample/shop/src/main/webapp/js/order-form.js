import { post, Refusal } from './api.js';
import { byId, say } from './dom.js';
import { Field } from './fields.js';
import { Lines } from './lines.js';
import { money, sum } from './money.js';
import { isSettled } from './orders.js';

const MEMBER = /^#\/items\/(\d+)\/(sku|quantity)$/;

/**
 * The form. All rules are the server's: the form sends what was typed and shows the answer.
 *
 * @param onPlaced is called after an order was placed
 */
export class OrderForm {
  #customer = new Field(byId('customer'), 'Customer', byId('customer-error'));
  #lines = new Lines(showTotal);
  #onPlaced;
  #placed;

  constructor(onPlaced) {
    this.#onPlaced = onPlaced;
    const form = byId('order-form');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#place(form.querySelector('[type=submit]'));
    });
  }

  /** Takes over what is sold, and says once that the order that was placed here is done. */
  update(orders, stock) {
    this.#lines.offer(stock);
    const order = orders.find(({ id }) => id === this.#placed?.id);
    if (order && isSettled(order)) {
      if (order.status === 'PLACED') {
        say(byId('order-outcome'), `${placement(order)} It is invoiced, and its stock is reserved.`);
      }
      this.#placed = undefined;
    }
  }

  async #place(button) {
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    // Not really disabled, which would lose the focus.
    button.setAttribute('aria-disabled', 'true');
    this.#forget();
    try {
      this.#celebrate(await post('orders', { customer: byId('customer').value, items: this.#lines.items }));
    } catch (error) {
      this.#complain(error);
    } finally {
      button.removeAttribute('aria-disabled');
    }
  }

  #forget() {
    byId('order-problem').replaceChildren();
    say(byId('order-outcome'), '');
    this.#customer.accept();
    this.#lines.accept();
  }

  #celebrate(order) {
    this.#placed = order;
    this.#lines.clear();
    say(byId('order-outcome'), placement(order));
    this.#onPlaced();
  }

  #complain(error) {
    if (!(error instanceof Refusal)) {
      explain('No answer', `${error.message} The order may have been placed all the same: see the list before you try again.`);
      return;
    }
    const others = error.errors.filter((one) => !this.#showAt(one)).map(({ pointer, detail }) => `${pointer} ${detail}.`);
    explain(error.errors.length ? 'The order was not placed' : 'Order refused', [error.message, ...others].join(' '));
    byId('order-form').querySelector('[aria-invalid]')?.focus();
  }

  /** False if no field is meant. */
  #showAt({ pointer, detail }) {
    const [, index, name] = MEMBER.exec(pointer) ?? [];
    const field = pointer === '#/customer' ? this.#customer : this.#lines.field(index, name);
    field?.refuse(detail);
    return field !== undefined;
  }
}

function showTotal(amounts) {
  say(byId('total'), money(sum(amounts)));
}

function placement({ id, customer, total }) {
  return `Order ${id} was placed for ${customer}: ${money(total)}.`;
}

function explain(title, text) {
  const strong = document.createElement('strong');
  strong.textContent = title;
  byId('order-problem').replaceChildren(strong, ` ${text}`);
}

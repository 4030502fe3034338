import { byId, fromTemplate, say } from './dom.js';
import { Field } from './fields.js';
import { money } from './money.js';

const MOST = 50;
let lastId = 0;

/** The lines of the form: several items with their quantities. */
export class Lines {
  #lines = [];
  #stock = [];
  #onChange;

  /** @param onChange is called with the amounts of the lines */
  constructor(onChange) {
    this.#onChange = onChange;
    byId('add-line').addEventListener('click', () => this.#add().sku.control.focus());
    this.#add();
  }

  /** The lines as the server takes them; what is no number goes as it is, so that the server can say so. */
  get items() {
    return this.#lines.map(({ sku, quantity }) => ({ sku: sku.control.value, quantity: number(quantity.control.value) }));
  }

  get #amounts() {
    const prices = new Map(this.#stock.map((item) => [item.sku, item.price]));
    return this.items
      .filter((item) => prices.has(item.sku) && Number.isInteger(item.quantity) && item.quantity > 0)
      .map((item) => prices.get(item.sku) * item.quantity);
  }

  field(index, name) {
    return this.#lines[index]?.[name];
  }

  accept() {
    this.#lines.forEach(({ sku, quantity }) => [sku, quantity].forEach((field) => field.accept()));
  }

  /** Back to one empty line. */
  clear() {
    this.#lines.forEach(({ element }) => element.remove());
    this.#lines = [];
    this.#add();
  }

  offer(stock) {
    const isNew = describe(stock) !== describe(this.#stock);
    this.#stock = stock;
    if (isNew) {
      this.#lines.forEach((line) => this.#fill(line.sku.control));
      this.#onChange(this.#amounts);
    }
  }

  #add() {
    const line = created();
    this.#fill(line.sku.control);
    line.element.addEventListener('input', () => this.#onChange(this.#amounts));
    line.element.querySelector('.remove').addEventListener('click', () => this.#remove(line));
    byId('lines').append(line.element);
    this.#lines.push(line);
    this.#changed();
    return line;
  }

  #remove(line) {
    const index = this.#lines.indexOf(line);
    this.#lines.splice(index, 1);
    line.element.remove();
    this.#changed();
    (this.#lines[index] ?? this.#lines[index - 1]).sku.control.focus();
  }

  #changed() {
    this.#lines.forEach(({ element }, index) => {
      const name = `Line ${index + 1}`;
      say(element.querySelector('legend'), name);
      say(element.querySelector('.remove .for-listeners'), ` ${name.toLowerCase()}`);
      element.querySelector('.remove').hidden = this.#lines.length === 1;
    });
    byId('add-line').disabled = this.#lines.length === MOST;
    this.#onChange(this.#amounts);
  }

  #fill(select) {
    const chosen = select.value;
    const options = this.#stock.map((item) => new Option(`${item.name}: ${money(item.price)}`, item.sku));
    select.replaceChildren(select.options[0], ...options);
    select.value = chosen;
  }
}

function created() {
  const element = fromTemplate('line-template');
  return { element, sku: field(element, 'sku'), quantity: field(element, 'quantity') };
}

function field(element, name) {
  const control = element.querySelector(`[name=${name}]`);
  const error = control.nextElementSibling;
  const label = control.previousElementSibling;
  control.id = `${name}-${++lastId}`;
  error.id = `${control.id}-error`;
  label.htmlFor = control.id;
  control.setAttribute('aria-describedby', error.id);
  return new Field(control, label.textContent, error);
}

function number(text) {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}

function describe(stock) {
  return JSON.stringify(stock.map(({ sku, name, price }) => [sku, name, price]));
}

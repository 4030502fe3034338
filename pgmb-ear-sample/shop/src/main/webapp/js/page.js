import { byId, say } from './dom.js';
import { watch } from './feed.js';
import { OrderForm } from './order-form.js';
import { joined, showOrders } from './orders.js';
import { Rejection } from './rejection.js';
import { showInvoices, showStock } from './tables.js';

const form = new OrderForm(() => look());
const rejection = new Rejection(() => look());
const { look, lookFurther } = watch(showState, showSilence);

byId('older-orders').addEventListener('click', lookFurther);

function showState(state) {
  const orders = joined(state);
  connection('Up to date', true);
  showOrders(orders, state.more, (order) => rejection.ask(order));
  showInvoices(state.invoices.slice(0, orders.length));
  showStock(state.stock);
  form.update(orders, state.stock);
}

function showSilence(silence) {
  connection(`${silence.message} What you see may be old; we keep trying.`, false);
}

function connection(text, works) {
  const element = byId('connection');
  element.classList.toggle('works', works);
  element.classList.toggle('fails', !works);
  say(element, text);
}

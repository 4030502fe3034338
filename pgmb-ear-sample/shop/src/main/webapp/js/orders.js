import { byId, fromTemplate, say, show } from './dom.js';
import { money } from './money.js';

const TIME = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

/** Each order with what its events have led to. */
export function joined({ orders, invoices, reservations }) {
  const invoiceOf = new Map(invoices.map((invoice) => [invoice.orderId, invoice]));
  const reservationOf = new Map(reservations.map((reservation) => [reservation.orderId, reservation]));
  return orders.map((order) => ({
    ...order,
    invoice: invoiceOf.get(order.id)?.status,
    reservation: reservationOf.get(order.id)?.status,
  }));
}

/** Whether the handlers have done all that the order leads to. */
export function isSettled(order) {
  return way(order).every((step) => step.done);
}

function way({ status, invoice, reservation }) {
  return status === 'REJECTED'
    ? [
        { name: 'Rejected', done: true },
        { name: 'Cancelled', done: invoice === 'CANCELLED' },
        { name: 'Released', done: reservation === 'RELEASED' },
      ]
    : [
        { name: 'Placed', done: true },
        { name: 'Invoiced', done: invoice !== undefined },
        { name: 'Reserved', done: reservation !== undefined },
      ];
}

/**
 * @param more whether there are older ones
 * @param reject is called with the order whose button is pressed
 */
export function showOrders(orders, more, reject) {
  say(byId('orders-note'), orders.length === 0 ? 'None yet. The first one appears here as soon as it is placed.' : '');
  show(byId('orders'), orders, (order) => order.id, (order) => card(order, reject), update);
  offerOlder(more);
}

function offerOlder(more) {
  const button = byId('older-orders');
  if (!more && document.activeElement === button) {
    byId('orders').lastElementChild.querySelector('h3').focus();
  }
  button.hidden = !more;
}

function card({ id, customer, total, placedAt }, reject) {
  const element = fromTemplate('order-template');
  say(element.querySelector('h3'), `Order ${id}`);
  say(element.querySelector('.customer'), customer);
  say(element.querySelector('.amount'), money(total));
  const time = element.querySelector('time');
  time.dateTime = placedAt;
  say(time, TIME.format(new Date(placedAt)));
  const button = element.querySelector('.reject');
  say(button.querySelector('.for-listeners'), ` order ${id}`);
  button.addEventListener('click', () => reject({ id, customer, total }));
  element.querySelector('.way').setAttribute('aria-label', `The way of order ${id}`);
  return element;
}

function update(element, order) {
  const rejected = order.status === 'REJECTED';
  element.classList.toggle('rejected', rejected);
  if (rejected) {
    element.querySelector('.reject')?.remove();
  }
  show(element.querySelector('.way'), way(order), (step) => step.name, () => fromTemplate('step-template'), updateStep);
}

function updateStep(element, { name, done }) {
  element.classList.toggle('done', done);
  say(element.querySelector('.mark'), done ? '✓' : '');
  say(element.querySelector('.for-listeners'), done ? 'done: ' : 'to come: ');
  say(element.querySelector('.name'), name);
}

/** Where the keyboard goes on after the button of the order is gone. */
export function focusOrder(id) {
  const element = byId('orders').querySelector(`[data-key="${id}"] h3`) ?? byId('orders-heading');
  element.focus();
}

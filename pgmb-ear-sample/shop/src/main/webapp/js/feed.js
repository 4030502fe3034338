import { get } from './api.js';

const INTERVAL_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

const FIRST_ORDERS = 10;
const MOST_ORDERS = 50;
/** All that the server gives at once. More than orders: these come in the order of events, which need not be quite that of numbers. */
const ENOUGH = 100;

/**
 * Looks at the shop again and again while the page is visible, more and more seldom while the server is away.
 *
 * @param onState is called with `{orders, invoices, reservations, stock, more}`: the newest, and whether there may be older orders
 * @param onSilence is called with the error when the server cannot be asked
 * @returns `look`, which looks at once, and `lookFurther`, which looks at older orders, too
 */
export function watch(onState, onSilence) {
  let timer;
  let count = FIRST_ORDERS;
  let failures = 0;
  let looking = false;
  let askedMeanwhile = false;

  async function look() {
    clearTimeout(timer);
    if (looking) {
      askedMeanwhile = true;
      return;
    }
    if (document.hidden) {
      return;
    }
    looking = true;
    askedMeanwhile = false;
    const state = await read().catch(failed);
    looking = false;
    timer = setTimeout(look, pause());
    if (state) {
      onState(state);
    }
  }

  async function read() {
    const state = await readShop(count);
    failures = 0;
    return state;
  }

  function failed(silence) {
    failures++;
    onSilence(silence);
  }

  function pause() {
    return askedMeanwhile ? 0 : Math.min(INTERVAL_MS * 2 ** failures, LONGEST_PAUSE_MS);
  }

  function lookFurther() {
    count = Math.min(count + FIRST_ORDERS, MOST_ORDERS);
    look();
  }

  document.addEventListener('visibilitychange', look);
  window.addEventListener('online', look);
  look();
  return { look, lookFurther };
}

async function readShop(count) {
  const [orders, invoices, reservations, stock] = await Promise.all([
    get(`orders?limit=${count}`),
    get(`invoices?limit=${ENOUGH}`),
    get(`reservations?limit=${ENOUGH}`),
    get(`stock?limit=${ENOUGH}`),
  ]);
  return { orders, invoices, reservations, stock, more: orders.length === count && count < MOST_ORDERS };
}

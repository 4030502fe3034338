import { byId, fromTemplate, say, show } from './dom.js';
import { money } from './money.js';

export function showStock(stock) {
  fill('stock', stock, (item) => item.sku, 'stock-template', (row, item) => {
    say(row.querySelector('.name'), item.name);
    say(row.querySelector('.sku'), item.sku);
    say(row.querySelector('.price'), money(item.price));
    say(row.querySelector('.available'), item.available < 0 ? `${item.available} (back order)` : `${item.available}`);
    say(row.querySelector('.reserved'), `${item.reserved}`);
  });
}

export function showInvoices(invoices) {
  fill('invoices', invoices, (invoice) => invoice.id, 'invoice-template', (row, invoice) => {
    const cancelled = invoice.status === 'CANCELLED';
    row.classList.toggle('cancelled', cancelled);
    say(row.querySelector('th'), `${invoice.orderId}`);
    say(row.querySelector('.customer'), invoice.customer);
    say(row.querySelector('.amount'), money(invoice.amount));
    say(row.querySelector('.tag'), cancelled ? 'Cancelled' : 'Issued');
  });
}

function fill(id, items, key, template, update) {
  const body = byId(id);
  say(byId(`${id}-note`), items.length === 0 ? 'None yet.' : '');
  body.closest('table').hidden = items.length === 0;
  show(body, items, key, () => fromTemplate(template), (row, item) => {
    const before = row.textContent;
    update(row, item);
    if (row.dataset.filled && before !== row.textContent) {
      flash(row);
    }
    row.dataset.filled = 'yes';
  });
}

function flash(row) {
  row.classList.remove('new', 'changed');
  // Asking for the layout makes the browser begin the animation anew.
  void row.offsetWidth;
  row.classList.add('changed');
}

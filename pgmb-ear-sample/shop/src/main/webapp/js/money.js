const FORMAT = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** An amount as the server sends it. */
export function money(amount) {
  return FORMAT.format(amount);
}

/** Exact: in cents, since 0.1 + 0.2 is not 0.3. */
export function sum(amounts) {
  return amounts.reduce((cents, amount) => cents + Math.round(amount * 100), 0) / 100;
}

/** Money arrives as an integer in minor units with Stripe's lower-case currency, and reads the same everywhere. */

/** Currencies without a minor unit, as Stripe lists them (the server's core/money.py holds the same set). */
const ZERO_DECIMAL = new Set(
  "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split(" "),
);
const SIGNS: Record<string, string> = { eur: "€", usd: "$", gbp: "£", jpy: "¥" };

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `4800, "eur"` -> `€48.00`. */
export function money(amount: number, currency: string): string {
  const code = currency.toLowerCase();
  const sign = SIGNS[code] ?? `${code.toUpperCase()} `;
  const minus = amount < 0 ? "−" : "";
  const size = Math.abs(Math.trunc(amount));
  if (ZERO_DECIMAL.has(code)) return `${minus}${sign}${grouped(String(size))}`;
  const whole = grouped(String(Math.floor(size / 100)));
  return `${minus}${sign}${whole}.${String(size % 100).padStart(2, "0")}`;
}

/** The short form for a button: `€48` when there are no cents, else `€48.50`. */
export function shortMoney(amount: number, currency: string): string {
  return money(amount, currency).replace(/\.00$/, "");
}

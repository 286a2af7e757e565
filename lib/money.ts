// Amounts of money are whole numbers of the currency's smallest unit, such as cents. Safe for the browser.

const AMOUNT = /^\d{1,12}(\.\d{1,2})?$/

/**
 * Formats an amount: `$1,234.50` for 123450 and USD.
 * @param currency an ISO 4217 code with two decimal places
 */
export function formatMoney(cents: bigint, currency: string): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(Number(cents) / 100)
}

/**
 * Parses an amount as people type it: `1234.5`, `1,234.50`, `$1,234.50`.
 * @returns cents; undefined if the text is not an amount
 */
export function parseMoney(text: string): bigint | undefined {
  const plain = text.trim().replace(/^\$/, '').replaceAll(',', '')
  if (!AMOUNT.test(plain)) return undefined
  const [units = '', decimals = ''] = plain.split('.')
  return BigInt(units) * 100n + BigInt(decimals.padEnd(2, '0'))
}

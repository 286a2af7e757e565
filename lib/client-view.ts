// The data that client components receive. Safe for the browser.

declare const made: unique symbol

/**
 * Plain data for a client component, made by {@link toClient}. React sends every field of a prop to the browser, shown or not
 * (ASVS 15.3.1). Client components declare their props as views, so passing a whole row does not compile.
 */
export type ClientView<T extends object> = Readonly<T> & { readonly [made]: true }

/** Copies the named fields of a row, and no other, for a client component. */
export function toClient<T extends object, F extends keyof T>(row: T, fields: readonly F[]): ClientView<Pick<T, F>> {
  const view: Partial<Pick<T, F>> = {}
  for (const field of fields) view[field] = row[field]
  return view as ClientView<Pick<T, F>>
}

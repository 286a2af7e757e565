// What crosses to the browser. Safe for the browser itself: types and a copy of named fields.

declare const made: unique symbol

/**
 * Plain data for a client component, made by {@link toClient}. React sends every field of a prop to the browser, shown or not
 * (ASVS 15.3.1), so a client component declares objects as views, and a whole row does not compile in their place.
 */
export type ClientView<T extends object> = Readonly<T> & { readonly [made]: true }

/** Copies the named fields of a row, and no other, for a client component. */
export function toClient<T extends object, F extends keyof T>(row: T, fields: readonly F[]): ClientView<Pick<T, F>> {
  const view: Partial<Pick<T, F>> = {}
  for (const field of fields) view[field] = row[field]
  return view as ClientView<Pick<T, F>>
}

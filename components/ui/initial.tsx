/** An avatar made of the first letter of a name. */
export function Initial({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="inline-flex size-5 shrink-0 items-center justify-center rounded-control border border-line bg-surface-raised text-[0.6875rem] font-semibold text-ink-soft"
    >
      {[...name][0]?.toLocaleUpperCase()}
    </span>
  )
}

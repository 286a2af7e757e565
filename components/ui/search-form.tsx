import { Anchor } from '@/components/ui/anchor'
import { type Route, withQuery } from '@/lib/http/paths'
import * as labels from '@/lib/labels/private'
import { Button } from './button'
import { LiveForm } from './live-form'

type Choice = { label: string; value: string; options: Record<string, string> }

/**
 * A search form that puts its term in the query string, so that results can be linked. It searches as the user types; without
 * JavaScript, on Enter.
 * @param path the path of the list
 * @param kept other query parameters to keep, such as the order
 * @param choices other parameters that the user chooses from a list, such as a filter; the option `''` is the default
 * @param found how many rows the list has now, for screen readers
 */
export function SearchForm({
  path,
  label,
  search,
  kept = {},
  choices = {},
  found,
}: {
  path: Route
  label: string
  search: string
  kept?: Record<string, string | undefined>
  choices?: Record<string, Choice>
  found?: string
}) {
  const chosen = Object.fromEntries(Object.entries(choices).map(([name, { value }]) => [name, value]))
  const rest = Object.entries(kept).filter(([, value]) => value)
  return (
    <search className="w-full min-w-0 sm:w-auto">
      <LiveForm path={path} className="flex flex-wrap items-center gap-2 sm:flex-nowrap" {...(found === undefined ? {} : { found })}>
        <label htmlFor="search" className="sr-only">
          {label}
        </label>
        {rest.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <span className="relative w-full min-w-0 sm:w-72">
          <span className="icon-search pointer-events-none absolute inset-y-0 left-2.5 my-auto text-ink-soft" />
          <input
            type="search"
            id="search"
            name="search"
            defaultValue={search}
            placeholder={label}
            maxLength={254}
            className="min-h-control w-full min-w-0 rounded-control border border-line-strong bg-surface-raised pr-2 pl-8 text-body placeholder:text-ink-soft"
          />
        </span>
        {Object.entries(choices).map(([name, { label: text, value, options }]) => (
          <select
            key={name}
            name={name}
            aria-label={text}
            defaultValue={value}
            className="filter-control max-sm:w-[calc(50%-0.25rem)] sm:w-auto"
          >
            {Object.entries(options).map(([option, title]) => (
              <option key={option} value={option}>
                {title}
              </option>
            ))}
          </select>
        ))}
        <Button type="submit" className="unscripted">
          Search
        </Button>
        {search ? (
          <Button asChild look="plain">
            <Anchor href={withQuery(path, { ...kept, ...chosen })}>{labels.clear}</Anchor>
          </Button>
        ) : null}
      </LiveForm>
    </search>
  )
}

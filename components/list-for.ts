import type { ComponentProps, ReactNode } from 'react'
import type { z } from 'zod'
import type { QueryOf } from '@/lib/form'
import { type Route, withQuery } from '@/lib/http/paths'
import { FilterLinks } from './ui/filter-links'
import { Paging } from './ui/paging'
import { SearchForm } from './ui/search-form'

type Typed<S extends z.ZodType, Props> = (props: Props & { kept?: QueryOf<S>; query?: QueryOf<S> }) => ReactNode

type Choices<S extends z.ZodType> = Partial<Pick<NonNullable<ComponentProps<typeof SearchForm>['choices']>, keyof QueryOf<S>>>

type TypedList<S extends z.ZodType> = {
  /** for a schema that has `search` */
  SearchForm: 'search' extends keyof z.input<S>
    ? Typed<S, Omit<ComponentProps<typeof SearchForm>, 'kept' | 'choices'> & { choices?: Choices<S> }>
    : never
  FilterLinks: Typed<S, Omit<ComponentProps<typeof FilterLinks>, 'query' | 'name'> & { query: QueryOf<S>; name: keyof QueryOf<S> }>
  /** for a schema that has `after` */
  Paging: 'after' extends keyof z.input<S> ? Typed<S, Omit<ComponentProps<typeof Paging>, 'kept'> & { kept: QueryOf<S> }> : never
  /** as in lib/http/paths.ts */
  withQuery: (path: Route, query: QueryOf<S>) => Route
}

/**
 * The links and forms of a list, typed by the schema of its query parameters: a parameter that the schema does not have does
 * not compile. Types only, as `formFor`.
 */
export function listFor<S extends z.ZodType>(): TypedList<S> {
  return { SearchForm, FilterLinks, Paging, withQuery } as unknown as TypedList<S>
}

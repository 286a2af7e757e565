import type { ComponentProps, ReactNode } from 'react'
import type { z } from 'zod'
import type { QueryOf } from '@/lib/form'
import { FilterLinks } from './ui/filter-links'
import { Paging } from './ui/paging'
import { SearchForm } from './ui/search-form'
import { SortHeadings } from './ui/sort-headings'

type Typed<S extends z.ZodType, Props> = (props: Props & { kept?: QueryOf<S>; query?: QueryOf<S> }) => ReactNode

type Choices<S extends z.ZodType> = Partial<Pick<NonNullable<ComponentProps<typeof SearchForm>['choices']>, keyof QueryOf<S>>>

type Sort<S extends z.ZodType> = 'sort' extends keyof z.output<S> ? z.output<S>['sort'] : never

type Headings<S extends z.ZodType> = Omit<ComponentProps<typeof SortHeadings>, 'query' | 'sort' | 'fallback' | 'columns' | 'descending'> & {
  query: QueryOf<S>
  sort: Sort<S>
  fallback: Sort<S>
  columns: Record<string, Sort<S> | undefined>
  descending?: Sort<S>[]
}

type TypedList<S extends z.ZodType> = {
  /** for a schema that has `search` */
  SearchForm: 'search' extends keyof z.input<S>
    ? Typed<S, Omit<ComponentProps<typeof SearchForm>, 'kept' | 'choices'> & { choices?: Choices<S> }>
    : never
  FilterLinks: Typed<S, Omit<ComponentProps<typeof FilterLinks>, 'query' | 'name'> & { query: QueryOf<S>; name: keyof QueryOf<S> }>
  /** for a schema that has `sort` */
  SortHeadings: 'sort' extends keyof z.output<S> ? (props: Headings<S>) => ReactNode : never
  /** for a schema that has `after` */
  Paging: 'after' extends keyof z.input<S> ? Typed<S, Omit<ComponentProps<typeof Paging>, 'kept'> & { kept: QueryOf<S> }> : never
}

/**
 * The links and forms of a list, typed by the schema of its query parameters: a parameter that the schema does not have does
 * not compile. Types only, as `formFor`.
 */
export function listFor<S extends z.ZodType>(): TypedList<S> {
  return { SearchForm, FilterLinks, SortHeadings, Paging } as unknown as TypedList<S>
}

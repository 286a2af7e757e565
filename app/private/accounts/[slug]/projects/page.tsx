import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Paging } from '@/components/ui/paging'
import { SearchForm } from '@/components/ui/search-form'
import { can } from '@/lib/policy'
import { listProjects } from '@/lib/projects/projects'
import { PROJECT_SORTS, type ProjectQuery, projectQuerySchema } from '@/lib/projects/schema'
import { requireScope } from '@/lib/scope'
import { ProjectList } from './list'

export const metadata: Metadata = { title: 'Projects' }

const SORT_NAMES = { name: 'Name', newest: 'Newest', oldest: 'Oldest' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function ProjectsPage({ params, searchParams }: Props) {
  const scope = await requireScope((await params).slug)
  const query = projectQuerySchema.parse(await searchParams)
  const { projects, next } = (await listProjects(scope, query)) ?? notFound()
  const path = `/private/accounts/${scope.account.slug}/projects`
  const { search } = query
  const kept = { sort: query.sort === 'name' ? '' : query.sort, archived: query.archived ?? '' }
  const mayDelete = projects.filter((project) => can(scope, 'project.delete', project)).map(({ id }) => id)
  return (
    <>
      <PageHeader title="Projects" line={`Visible to everyone at ${scope.account.name}.`} />
      <ProjectList
        slug={scope.account.slug}
        projects={projects}
        mayDelete={mayDelete}
        isArchive={query.archived === 'yes'}
        mayCreate={can(scope, 'project.create') && !query.archived}
        tools={
          <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-3 pt-4 pb-4">
            <SearchForm path={path} label="Search projects" search={search} kept={kept} />
            <div className="flex flex-wrap gap-x-7 gap-y-1">
              <FilterLinks label="Show" path={path} query={query} name="archived" options={{ '': 'Active', yes: 'Archived' }} />
              <FilterLinks label="Sort by" path={path} query={query} name="sort" options={SORT_NAMES} />
            </div>
          </div>
        }
        empty={<NoProjects query={query} />}
      />
      <Paging path={path} kept={{ ...kept, search }} next={next} isFirst={query.after === undefined} />
    </>
  )
}

type FilterLinksProps = { label: string; path: string; query: ProjectQuery; name: 'sort' | 'archived'; options: Record<string, string> }

/** Links to the same list with another filter or order. */
function FilterLinks({ label, path, query, name, options }: FilterLinksProps) {
  const { search, sort, archived = '' } = query
  return (
    <nav aria-labelledby={name} className="-mx-2">
      <span id={name} className="px-2 text-small text-ink-soft">
        {label}
      </span>
      <div className="flex items-center gap-1">
        {Object.entries(options).map(([value, text]) => {
          const address = { search, sort, archived, [name]: value }
          const parts = Object.entries(address).filter(([key, part]) => part && !(key === 'sort' && part === PROJECT_SORTS[0]))
          const isHere = (query[name] ?? '') === value
          return (
            <Link
              key={value}
              href={parts.length ? `${path}?${new URLSearchParams(parts)}` : path}
              prefetch={false}
              aria-current={isHere ? 'true' : undefined}
              className={`inline-flex min-h-11 items-center rounded-control px-2 no-underline hover:bg-surface-sunken ${isHere ? 'font-semibold text-ink underline decoration-accent decoration-2 underline-offset-8' : 'text-ink-soft'}`}
            >
              {text}
            </Link>
          )
        })}
      </div>
    </nav>
  )
}

function NoProjects({ query: { search, archived, after } }: { query: ProjectQuery }) {
  if (after !== undefined) return <EmptyState title="No more projects">This is the end of the list.</EmptyState>
  if (search) return <EmptyState title="No projects found">No project name contains “{search}”.</EmptyState>
  if (archived) return <EmptyState title="No archived projects">Projects you archive appear here.</EmptyState>
  return <EmptyState title="No projects yet">Create your first project above.</EmptyState>
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EmptyState } from '@/components/ui/empty-state'
import { FilterLinks } from '@/components/ui/filter-links'
import { PageHeader } from '@/components/ui/page-header'
import { Paging } from '@/components/ui/paging'
import { SearchForm } from '@/components/ui/search-form'
import { sectionPath } from '@/lib/accounts/paths'
import { toClient } from '@/lib/client-view'
import { can } from '@/lib/policy'
import { listProjects } from '@/lib/projects/projects'
import { PROJECT_SORTS, type ProjectQuery, projectQuerySchema } from '@/lib/projects/schema'
import { requireScope } from '@/lib/scope'
import { ProjectList } from './list'

export const metadata: Metadata = { title: 'Projects' }

const SORT_NAMES = { name: 'Name', newest: 'Newest', oldest: 'Oldest' }

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function ProjectsPage({ params, searchParams }: Props) {
  const scope = await requireScope((await params).slug, 'project.list')
  const query = projectQuerySchema.parse(await searchParams)
  const { projects, next } = (await listProjects(scope, query)) ?? notFound()
  const path = sectionPath(scope.account.slug, 'projects')
  const { search, sort, archived } = query
  const kept = { sort: sort === PROJECT_SORTS[0] ? '' : sort, archived: archived ?? '' }
  const mayDelete = projects.filter((project) => can(scope, 'project.delete', project)).map(({ id }) => id)
  return (
    <>
      <PageHeader title="Projects" line={`Visible to everyone at ${scope.account.name}.`} />
      <ProjectList
        slug={scope.account.slug}
        projects={projects.map((project) => toClient(project, ['id', 'name', 'createdAt']))}
        mayDelete={mayDelete}
        isArchive={query.archived === 'yes'}
        mayCreate={can(scope, 'project.create') && !query.archived}
        tools={
          <div className="flex flex-wrap items-end justify-between gap-x-4 gap-y-3 pt-4 pb-4">
            <SearchForm path={path} label="Search projects" search={search} kept={kept} />
            <div className="flex flex-wrap gap-x-7 gap-y-1">
              <FilterLinks
                label="Show"
                path={path}
                query={{ ...kept, search }}
                name="archived"
                options={{ '': 'Active', yes: 'Archived' }}
              />
              <FilterLinks label="Sort by" path={path} query={{ ...kept, search }} name="sort" options={SORT_NAMES} />
            </div>
          </div>
        }
        empty={<NoProjects query={query} />}
      />
      <Paging path={path} kept={{ ...kept, search }} next={next} isFirst={query.after === undefined} />
    </>
  )
}

function NoProjects({ query: { search, archived, after } }: { query: ProjectQuery }) {
  if (after !== undefined) return <EmptyState title="No more projects">This is the end of the list.</EmptyState>
  if (search) return <EmptyState title="No projects found">No project name contains “{search}”.</EmptyState>
  if (archived) return <EmptyState title="No archived projects">Projects you archive appear here.</EmptyState>
  return <EmptyState title="No projects yet">Create your first project above.</EmptyState>
}

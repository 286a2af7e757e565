import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EmptyState } from '@/components/empty-state'
import { listFor } from '@/components/list-for'
import { PageHeader } from '@/components/ui/page-header'
import { Toolbar } from '@/components/ui/toolbar'
import { sectionPath } from '@/lib/accounts/paths'
import { toClient } from '@/lib/client-view'
import { can, mayEver } from '@/lib/policy'
import * as labels from '@/lib/projects/labels'
import { type ListedProject, listProjects } from '@/lib/projects/list'
import { PROJECT_SORTS, type ProjectQuery, projectQuerySchema } from '@/lib/projects/schema'
import { STATUS_NAMES } from '@/lib/projects/status'
import { type AccountScope, requireScope } from '@/lib/scope'
import { allowedActions } from './allowed-actions'
import { ArchiveForm } from './archive-form'
import { NewProjectLink } from './new-project-link'
import { ProjectRows, type ProjectRowView } from './table'

const { FilterLinks, Paging, SearchForm, SortHeadings } = listFor<typeof projectQuerySchema>()

export const metadata: Metadata = { title: 'Projects' }

const FILTERS = { '': 'Current', ...STATUS_NAMES, archived: 'Archived' }
const COLUMNS = { Name: 'name', Status: 'status', Lead: 'lead', Updated: 'updated' } as const

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Record<string, string | string[]>> }

export default async function ProjectsPage({ params, searchParams }: Props) {
  const scope = await requireScope((await params).slug, 'project.list')
  const query = projectQuerySchema.parse(await searchParams)
  const { projects, next } = (await listProjects(scope, query)) ?? notFound()
  const { slug } = scope.account
  const path = sectionPath(slug, 'projects')
  const { search, sort, status } = query
  const kept = { sort: sort === PROJECT_SORTS[0] ? '' : sort, status: status ?? '' }
  const isArchived = status === 'archived'
  const list = projects.length ? (
    <table className="list-table">
      <thead>
        <tr>
          <SortHeadings
            path={path}
            query={{ ...kept, search }}
            sort={sort}
            fallback={PROJECT_SORTS[0]}
            columns={COLUMNS}
            descending={['updated']}
          />
          <th>
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        <ProjectRows slug={slug} projects={projects.map((project) => viewOf(scope, project))} isArchived={isArchived} />
      </tbody>
    </table>
  ) : (
    <NoProjects query={query} />
  )
  return (
    <>
      <PageHeader
        title="Projects"
        count={query.after === undefined && projects.length ? `${projects.length}${next ? '+' : ''}` : undefined}
        action={can(scope, 'project.create') ? <NewProjectLink slug={slug} /> : null}
      />
      <Toolbar>
        <SearchForm path={path} label={labels.searchProjects} search={search} kept={kept} />
        <FilterLinks label={labels.status} path={path} query={{ ...kept, search }} name="status" options={FILTERS} />
      </Toolbar>
      {mayEver(scope, 'project.archive') ? (
        <ArchiveForm slug={slug} isArchived={isArchived}>
          {list}
        </ArchiveForm>
      ) : (
        list
      )}
      <Paging path={path} kept={{ ...kept, search }} next={next} isFirst={query.after === undefined} />
    </>
  )
}

function viewOf(scope: AccountScope, project: ListedProject): ProjectRowView {
  const actions = allowedActions(scope, project)
  return toClient({ ...project, actions }, ['id', 'name', 'status', 'lead', 'updatedAt', 'actions'])
}

function NoProjects({ query: { search, status, after } }: { query: ProjectQuery }) {
  if (after !== undefined) return <EmptyState title="No more projects">This is the end of the list.</EmptyState>
  if (search) return <EmptyState title="No projects found">No project name contains “{search}”.</EmptyState>
  if (status === 'archived') return <EmptyState title={labels.noArchivedProjects}>Projects you archive appear here.</EmptyState>
  if (status) return <EmptyState title={`No ${status} projects`}>Change a project’s status on its page.</EmptyState>
  return <EmptyState title={labels.noProjectsYet}>A project has a status, a lead, and updates from your team.</EmptyState>
}

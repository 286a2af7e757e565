import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/page-header'
import { StatusChip } from '@/components/ui/status-chip'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import { sentenceOf } from '@/lib/audit/kinds'
import { findProject, type ShownProject } from '@/lib/projects/find'
import * as labels from '@/lib/projects/labels'
import { projectPageSchema } from '@/lib/projects/schema'
import { STATUS_NAMES, STATUS_TONES } from '@/lib/projects/status'
import { requireScope } from '@/lib/scope'
import { allowedActions } from '../allowed-actions'
import { ArchiveForm } from '../archive-form'
import { Person, ProjectMenu } from '../table'
import { Feed } from './feed'

type Props = { params: Promise<{ slug: string; id: string }>; searchParams: Promise<Record<string, string | string[]>> }

/** Reads the page's project once for its title and its content. */
const readProject = cache(findProject)

async function read({ params, searchParams }: Props) {
  const { slug, id } = await params
  const scope = await requireScope(slug, 'project.list')
  const query = projectPageSchema.parse(await searchParams)
  return { scope, query, project: (await readProject(scope, id, query.after)) ?? notFound() }
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await read(props)).project.name }
}

export default async function ProjectPage(props: Props) {
  const { scope, query, project } = await read(props)
  const { slug } = scope.account
  const { id, name, description, status, lead, archivedAt } = project
  const isArchived = archivedAt !== null
  const actions = allowedActions(scope, project)
  const buttons = (
    <div className="flex gap-1">
      {actions.includes('edit') ? (
        <Button asChild>
          <Anchor href={sectionPath(slug, 'projects/[id]/edit', id)}>{labels.edit}</Anchor>
        </Button>
      ) : null}
      <ProjectMenu slug={slug} id={id} name={name} isArchived={isArchived} actions={actions} />
    </div>
  )
  return (
    <>
      <PageHeader
        title={name}
        back={{ href: sectionPath(slug, 'projects'), label: 'Projects' }}
        badge={isArchived ? <Badge>Archived</Badge> : <StatusChip name={STATUS_NAMES[status]} tone={STATUS_TONES[status]} />}
        action={
          actions.includes('archive') ? (
            <ArchiveForm slug={slug} isArchived={isArchived}>
              {buttons}
            </ArchiveForm>
          ) : (
            buttons
          )
        }
      />
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1fr)_16rem]">
        <div>
          {description ? <p className="max-w-[65ch] pb-6 whitespace-pre-line">{description}</p> : null}
          <Feed scope={scope} project={project} query={query} />
        </div>
        <aside className="grid content-start gap-6 text-small">
          <dl className="grid grid-cols-[5rem_1fr] gap-y-2 [&_dt]:text-ink-soft">
            <dt>Lead</dt>
            <dd>{lead === null ? 'No lead' : <Person name={lead} />}</dd>
            <dt>Created</dt>
            <dd>
              <Moment at={project.createdAt} />
            </dd>
            <dt>Updated</dt>
            <dd>
              <Moment at={project.updatedAt} />
            </dd>
          </dl>
          <Activity events={project.events} />
        </aside>
      </div>
    </>
  )
}

function Activity({ events }: Pick<ShownProject, 'events'>) {
  return (
    <section aria-labelledby="activity">
      <h2 id="activity" className="pb-2 font-semibold">
        Activity
      </h2>
      <ol className="grid gap-3">
        {events.map((event) => (
          <li key={event.id} className="flex gap-2">
            <Avatar name={event.actor ?? 'Someone'} />
            <span className="min-w-0">
              <span className="font-medium">{event.actor ?? 'Someone'}</span> {lowerFirst(sentenceOf(event))}{' '}
              <span className="text-ink-soft">
                <Moment at={event.at} />
              </span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Continues a sentence that begins with its subject. */
function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}

import { Anchor } from '@/components/ui/anchor'
import { Avatar } from '@/components/ui/avatar'
import { Button } from '@/components/ui/button'
import { Menu, MenuLink } from '@/components/ui/menu'
import { Paging } from '@/components/ui/paging'
import { Moment } from '@/components/ui/time'
import { sectionPath } from '@/lib/accounts/paths'
import { type Route, withFragment, withQuery } from '@/lib/http/paths'
import { FORMER_MEMBER } from '@/lib/people'
import { can } from '@/lib/policy'
import type { ShownProject } from '@/lib/projects/find'
import * as labels from '@/lib/projects/labels'
import type { AccountScope } from '@/lib/scope'
import { DeleteUpdateForm, EditUpdateForm, PostUpdateForm } from './forms'

type Props = {
  scope: AccountScope
  project: ShownProject
  query: { edit?: string | undefined; delete?: string | undefined; after?: string | undefined }
}

/** The updates of a project, newest first. The one that the query names is shown with its form. */
export function Feed({ scope, project: { id, updates, next }, query }: Props) {
  const { slug } = scope.account
  const path = sectionPath(slug, 'projects/[id]', id)
  return (
    <section aria-labelledby="updates">
      <h2 id="updates" className="pb-3 text-heading">
        Updates
      </h2>
      {can(scope, 'project-update.post') && query.after === undefined ? <PostUpdateForm slug={slug} id={id} /> : null}
      {updates.length ? null : <p className="border-t border-line py-6 text-ink-soft">No updates yet. Tell your team how it’s going.</p>}
      <ol>
        {updates.map((update) => {
          const isEdited = query.edit === update.id && can(scope, 'project-update.edit', update)
          const isDeleted = query.delete === update.id && can(scope, 'project-update.delete', update)
          return (
            <li key={update.id} id={update.id} className="group/row grid grid-cols-[auto_1fr_auto] gap-x-3 border-t border-line py-4">
              <Avatar name={update.author ?? FORMER_MEMBER} size="medium" />
              <div className="min-w-0">
                <p className="pb-1 text-small text-ink-soft">
                  <span className="font-medium text-ink">{update.author}</span> · <Moment at={update.at} />
                  {update.isEdited ? ' · edited' : ''}
                </p>
                {isEdited ? (
                  <EditUpdateForm slug={slug} id={update.id} body={update.body}>
                    <Cancel href={path} />
                  </EditUpdateForm>
                ) : (
                  <p className="max-w-[65ch] whitespace-pre-line">{update.body}</p>
                )}
                {isDeleted ? (
                  <DeleteUpdateForm slug={slug} id={update.id}>
                    <Cancel href={path} />
                  </DeleteUpdateForm>
                ) : null}
              </div>
              <UpdateMenu scope={scope} path={path} update={update} after={query.after} />
            </li>
          )
        })}
      </ol>
      <Paging path={path} kept={{}} next={next} isFirst={query.after === undefined} />
    </section>
  )
}

function Cancel({ href }: { href: Route }) {
  return (
    <Button asChild look="plain">
      <Anchor href={href}>{labels.cancel}</Anchor>
    </Button>
  )
}

type MenuProps = { scope: AccountScope; path: Route; update: ShownProject['updates'][number]; after: string | undefined }

function UpdateMenu({ scope, path, update, after }: MenuProps) {
  const mayEdit = can(scope, 'project-update.edit', update)
  const mayDelete = can(scope, 'project-update.delete', update)
  if (!mayEdit && !mayDelete) return null
  const { id } = update
  return (
    <Menu of={id} label={`Actions for the update by ${update.author}`}>
      {mayEdit ? <MenuLink href={withFragment(withQuery(path, { after, edit: id }), id)}>{labels.edit}</MenuLink> : null}
      {mayDelete ? <MenuLink href={withFragment(withQuery(path, { after, delete: id }), id)}>Delete…</MenuLink> : null}
    </Menu>
  )
}

import 'server-only'
import { v7 as uuidv7 } from 'uuid'
import { type AuditEvent, recordEvents } from '@/lib/audit/audit'
import { type Tx, withAccount } from '@/lib/platform/db'
import type { Seed } from '@/lib/resource'
import { foldText } from '@/lib/text'
import type { ProjectStatus } from './schema'

const DAY_MS = 24 * 60 * 60 * 1000

/** `by` is the place of a member in the order of joining; `ago` is in days. */
type Demo = {
  name: string
  description: string
  status: ProjectStatus
  by: number
  ago: number
  isArchived?: true
  updates: { by: number; ago: number; body: string }[]
}

const PROJECTS: Demo[] = [
  {
    name: 'Spring catalog',
    description: 'Forty-eight pages, two covers, and a mailing to every bookshop on the list.\nGoes to print on the first Monday in March.',
    status: 'active',
    by: 1,
    ago: 41,
    updates: [
      { by: 1, ago: 38, body: 'The list of titles is final: 31 new, 12 reissues.' },
      { by: 2, ago: 24, body: 'Cover photos are in. Two need a second round because of the light.' },
      { by: 3, ago: 11, body: 'First half is set. Pages 25 to 48 follow next week.' },
      { by: 1, ago: 2, body: 'Proofs are back from the printer.\n\nOpen:\n- page 14: caption too long\n- back cover: new barcode' },
    ],
  },
  {
    name: 'Harbor bridge',
    description: 'A photo book about the bridge, with the city archive.',
    status: 'active',
    by: 2,
    ago: 33,
    updates: [
      { by: 2, ago: 29, body: 'The archive sent 400 scans. I picked 120 for the first selection.' },
      { by: 0, ago: 8, body: 'Contract signed. We have the rights until 2031.' },
    ],
  },
  {
    name: 'Autumn reading tour',
    description: 'Twelve cities, four authors.',
    status: 'planned',
    by: 3,
    ago: 19,
    updates: [{ by: 3, ago: 5, body: 'Nine of twelve venues have confirmed.' }],
  },
  {
    name: 'Audiobook pilot',
    description: 'Three titles, to learn what it costs.',
    status: 'paused',
    by: 2,
    ago: 36,
    updates: [{ by: 2, ago: 15, body: 'The studio is booked until spring. Pausing until they have a date.' }],
  },
  {
    name: 'Reprint of the sea atlas',
    description: '',
    status: 'done',
    by: 1,
    ago: 40,
    updates: [{ by: 1, ago: 6, body: 'All 2,000 copies arrived at the warehouse.' }],
  },
  { name: 'Old website', description: '', status: 'done', by: 0, ago: 42, isArchived: true, updates: [] },
]

/** Demo projects over six weeks, with what members wrote about them. Safe to run again, because names are unique. */
export const seed: Seed = async ({ account }, request) => {
  const accountId = account.id
  await withAccount(accountId, async (tx) => {
    const members = await tx.membership.findMany({ where: { accountId }, select: { userId: true }, orderBy: { createdAt: 'asc' } })
    const member = (place: number) => members[place % members.length]?.userId ?? null
    for (const project of PROJECTS) {
      const id = await insertProject(tx, accountId, { ...project, leadId: member(project.by) })
      if (id === undefined) continue
      const updates = project.updates.map(({ by, ago, body }) => ({
        createdBy: member(by),
        ...datesOf(ago),
        accountId,
        projectId: id,
        body,
      }))
      await tx.projectUpdate.createMany({ data: updates })
      const event = { accountId, target: project.name, targetId: id, request }
      const events: AuditEvent[] = [
        { ...event, kind: 'project.created', actorId: member(project.by) },
        ...updates.map(({ createdBy }) => ({ ...event, kind: 'project-update.posted' as const, actorId: createdBy })),
        ...(project.isArchived ? [{ ...event, kind: 'project.archived' as const, actorId: member(project.by) }] : []),
      ]
      await recordEvents(tx, events)
    }
  })
}

/** Inserts a project as it is after its last update. @returns its id; undefined if there is one with this name */
async function insertProject(tx: Tx, accountId: string, { updates, ...project }: Demo & { leadId: string | null }) {
  const { name, description, status, leadId, ago, isArchived } = project
  const nameKey = foldText(name)
  if (await tx.project.findFirst({ where: { accountId, nameKey }, select: { id: true } })) return undefined
  const { id, createdAt } = datesOf(ago)
  const { updatedAt } = datesOf(updates.at(-1)?.ago ?? ago)
  const archivedAt = isArchived ? updatedAt : null
  await tx.project.create({
    data: { accountId, id, name, nameKey, description, status, leadId, createdBy: leadId, createdAt, updatedAt, archivedAt },
    select: { id: true },
  })
  return id
}

/** Returns an id and times of so many days ago. */
function datesOf(ago: number) {
  const at = new Date(Date.now() - ago * DAY_MS)
  return { id: uuidv7({ msecs: at.getTime() }), createdAt: at, updatedAt: at }
}

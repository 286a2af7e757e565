import 'server-only'
import type { RequestInfo } from '@/lib/http/request-info'
import type { Seed } from '@/lib/resource'
import type { AccountScope } from '@/lib/scope'
import { archiveProject, createProject, editProject } from './projects'
import type { ProjectStatus } from './status'
import { postUpdate } from './updates'

/** `by` is the place of a member in the team, the owner first; `ago` is in days. */
type Demo = {
  name: string
  description?: string
  by: number
  ago: number
  /** what happened to it after it was planned */
  status?: [ProjectStatus, ago: number]
  updates?: { by: number; ago: number; body: string }[]
  archived?: number
}

const PROJECTS: Demo[] = [
  {
    name: 'Spring catalog',
    description: 'Forty-eight pages, two covers, and a mailing to every bookshop on the list.\nGoes to print on the first Monday in March.',
    by: 1,
    ago: 38,
    status: ['active', 36],
    updates: [
      { by: 1, ago: 34, body: 'The list of titles is final: 31 new, 12 reissues.' },
      { by: 2, ago: 22, body: 'Cover photos are in. Two need a second round because of the light.' },
      { by: 3, ago: 11, body: 'First half is set. Pages 25 to 48 follow next week.' },
      { by: 1, ago: 2, body: 'Proofs are back from the printer.\n\nOpen:\n- page 14: caption too long\n- back cover: new barcode' },
    ],
  },
  {
    name: 'Harbor bridge',
    description: 'A photo book about the bridge, with the city archive.',
    by: 2,
    ago: 33,
    status: ['active', 30],
    updates: [
      { by: 2, ago: 27, body: 'The archive sent 400 scans. I picked 120 for the first selection.' },
      { by: 0, ago: 7, body: 'Contract signed. We have the rights until 2031.' },
    ],
  },
  {
    name: 'Autumn reading tour',
    description: 'Twelve cities, four authors.',
    by: 3,
    ago: 19,
    updates: [{ by: 3, ago: 4, body: 'Nine of twelve venues have confirmed.' }],
  },
  {
    name: 'Audiobook pilot',
    description: 'Three titles, to learn what it costs.',
    by: 2,
    ago: 32,
    status: ['paused', 14],
    updates: [{ by: 2, ago: 14, body: 'The studio is booked until spring. Pausing until they have a date.' }],
  },
  {
    name: 'Reprint of the sea atlas',
    by: 1,
    ago: 37,
    status: ['done', 6],
    updates: [{ by: 1, ago: 6, body: 'All 2,000 copies arrived at the warehouse.' }],
  },
  { name: 'Old website', by: 0, ago: 39, archived: 29 },
]

type Step = { ago: number; by: number; run: (scope: AccountScope, id: string) => Promise<unknown> }

/** Six weeks of demo projects, with what members did and wrote. Safe to run again, because names are unique. */
export const seed: Seed = async (owner, request, { members, moveTo }) => {
  const team = [owner, ...members]
  const ids = new Map<Demo, string>()
  const steps = PROJECTS.flatMap((demo) => [
    { ago: demo.ago, by: demo.by, run: async (scope: AccountScope) => void (await create(demo, scope)) },
    ...changesOf(demo, request).map(({ run, ...step }) => ({
      ...step,
      run: async (scope: AccountScope) => {
        const id = ids.get(demo)
        if (id) await run(scope, id)
      },
    })),
  ])
  for (const { ago, by, run } of steps.sort((one, other) => other.ago - one.ago)) {
    await moveTo(ago, '10:15')
    await run(team[by % team.length] ?? owner)
  }

  async function create(demo: Demo, scope: AccountScope) {
    const { name, description = '' } = demo
    const created = await createProject(scope, { name, description, status: 'planned' }, request)
    if (created.status === 'ok') ids.set(demo, created.value.id)
  }
}

/** What happens to a project after it is created. */
function changesOf({ name, description = '', by, status, updates = [], archived }: Demo, request: RequestInfo): Step[] {
  const steps: Step[] = updates.map(({ body, ...step }) => ({
    ...step,
    run: (scope, projectId) => postUpdate(scope, { projectId, body }, request),
  }))
  if (status) {
    const [to, ago] = status
    const run: Step['run'] = (scope, id) => editProject(scope, { id, name, description, status: to, leadId: scope.user.id }, request)
    steps.push({ ago, by, run })
  }
  if (archived) steps.push({ ago: archived, by, run: (scope, id) => archiveProject(scope, { id, archived: true }, request) })
  return steps
}

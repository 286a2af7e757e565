import { existsSync } from 'node:fs'
import type { Fixture } from '@/lib/resource'
import type { NameIn } from '@/lib/resources'
import { folderOf, RESOURCES } from '@/lib/resources'

type ResourceFixture = Fixture<NameIn<'permissions'>>

/** The fixtures of the resources in lib/resources.ts, by the resource's name. */
export const FIXTURES: Record<string, ResourceFixture> = Object.fromEntries(
  await Promise.all(Object.keys(RESOURCES).map(async (name) => [name, await load(folderOf(name))] as const)),
)

async function load(folder: string): Promise<ResourceFixture> {
  const file = `lib/${folder}/fixture.ts`
  if (!existsSync(file)) throw new Error(`There is no ${file}. It says how tests insert a row, and who may use which page and action.`)
  const { fixture }: { fixture: ResourceFixture } = await import(`../../lib/${folder}/fixture.ts`)
  return fixture
}

// The image, assembled without Docker from the steps of the last stage of the Dockerfile.
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { CliError, say } from '../../lib/platform/cli.mjs'
import { ROOT } from '../../scripts/setup.mjs'

export const NOBODY = { uid: 65_534, gid: 65_534 }

export type Image = { root: string; app: string; env: Record<string, string>; healthcheck: string[]; command: string[] }

/** What each step of the Dockerfile does to the image. An unprivileged user replaces its user `node`. */
const STEPS: [pattern: RegExp, apply: (image: Image, ...parts: string[]) => void][] = [
  [
    /^ENV ((?:\w+=\S+ ?)+)$/,
    ({ env }, pairs = '') => void Object.assign(env, Object.fromEntries(pairs.split(' ').map((pair) => pair.split('=')))),
  ],
  [/^WORKDIR (\S+)$/, (image, folder = '') => void Object.assign(image, { app: path.join(image.root, folder) })],
  [/^COPY --from=build --chown=root:root \/src\/(\S+) \.\/$/, ({ app }, from = '') => copyReadOnly(path.join(ROOT, from), app)],
  [/^RUN install -d -o node -g node (\S+)$/, ({ root }, folder = '') => makeWritable(path.join(root, folder))],
  [/^(?:USER node|EXPOSE \d+)$/, () => undefined],
  [/^HEALTHCHECK (?:--\S+ )*CMD (\[.*\])$/, (image, json = '') => void Object.assign(image, { healthcheck: JSON.parse(json) })],
  [/^CMD (\[.*\])$/, (image, json = '') => void Object.assign(image, { command: JSON.parse(json) })],
]

/** Returns the steps of the last stage of a Dockerfile, one per line. */
export function lastStage(dockerfile: string): string[] {
  const stage = dockerfile.split(/^FROM .*\n/m).at(-1) ?? ''
  const lines = stage.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, ' ')
  return lines.split('\n').filter((line) => line.trim())
}

/** Does what the last stage of the Dockerfile does. @throws {CliError} if it has a step that this does not know */
export function assemble(folder: string): Image {
  const image: Image = { root: folder, app: folder, env: {}, healthcheck: [], command: [] }
  for (const step of lastStage(readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8'))) readStep(step)(image)
  say(
    `The image has ${(sizeOf(image.app) / 1024 / 1024).toFixed(1)} MiB in /${path.relative(folder, image.app)}, on top of the base image.`,
  )
  return image
}

/** Returns what a step does to an image. @throws {CliError} if the step is not known */
export function readStep(step: string): (image: Image) => void {
  const [pattern, apply] = STEPS.find(([known]) => known.test(step)) ?? []
  if (!pattern || !apply) throw new CliError(`tests/container/image.ts does not know this step of the Dockerfile: ${step}`)
  return (image) => apply(image, ...(pattern.exec(step) ?? []).slice(1))
}

function makeWritable(folder: string): void {
  mkdirSync(folder, { recursive: true })
  if (process.getuid?.() === 0) chownSync(folder, NOBODY.uid, NOBODY.gid)
}

/** Copies a folder, and takes every right to write away. */
function copyReadOnly(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true })
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  makeReadOnly(to)
}

function makeReadOnly(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) makeReadOnly(file)
    else if (entry.isFile()) chmodSync(file, 0o444)
  }
  chmodSync(folder, 0o555)
}

/** Returns the size of a folder's files in bytes. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum: number, entry) => {
    const file = path.join(folder, entry.name)
    return sum + (entry.isDirectory() ? sizeOf(file) : entry.isFile() ? statSync(file).size : 0)
  }, 0)
}

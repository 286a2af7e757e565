import { decryptPayload, type EncryptedMail } from '@/lib/platform/mail/payload'
import { asSuperuser } from './database'

/** Returns the queued emails to an address, oldest first. In the unit suite no worker sends them. */
export async function queuedMails(to: string): Promise<{ template: string; props: Record<string, string> }[]> {
  const rows = await asSuperuser<{ payload: EncryptedMail }>(
    `SELECT payload FROM graphile_worker._private_jobs WHERE payload ->> 'to' = $1 ORDER BY id`,
    [to],
  )
  return rows.map(({ payload }) => ({ template: payload.template, props: decryptPayload(payload) as Record<string, string> }))
}

/** Returns the token in the newest queued email to an address. */
export async function newestToken(to: string): Promise<string> {
  const url = (await queuedMails(to)).at(-1)?.props.url
  if (!url) throw new Error(`No link for ${to}`)
  return new URL(url).pathname.split('/').pop() ?? ''
}

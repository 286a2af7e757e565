import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import pg from 'pg'
import { SMTPServer } from 'smtp-server'
import tlsOptions from 'smtp-server/lib/tls-options.js'
import { afterEach, expect, test, vi } from 'vitest'
import { parseEnv } from '@/lib/platform/env'

// An impostor with its own certificate, between the server and its database or mail server, gets no password and no email.

const { key, cert } = tlsOptions() // a self-signed pair that the package ships
const UNTRUSTED = /self.signed certificate|certificate has expired/

afterEach(() => void vi.unstubAllEnvs())

// ASVS 12.3.2
test('no email is sent to a mail server with an untrusted certificate', async () => {
  const received: string[] = []
  const impostor = new SMTPServer({ secure: true, key, cert, authOptional: true })
  impostor.onData = (stream, session, done) => {
    received.push(session.id)
    stream.resume().on('end', done)
  }
  impostor.on('error', () => undefined) // the client hangs up
  impostor.listen(0, '127.0.0.1')
  await once(impostor.server, 'listening')
  const { port } = impostor.server.address() as { port: number }
  vi.stubEnv('SMTP_URL', `smtps://127.0.0.1:${port}`)
  vi.stubEnv('MAIL_FROM', 'atrium@example.com')
  vi.resetModules()
  const { deliver } = await import('@/lib/platform/mail/transport')
  const mail = { id: crypto.randomUUID(), to: 'ada@example.com', template: 'invitation', subject: 'x', text: 'x', html: 'x' }
  await expect(deliver(mail)).rejects.toThrow(UNTRUSTED)
  expect(received).toEqual([])
  impostor.close()
})

// ASVS 12.3.2
test.each(['require', 'verify-ca', 'verify-full'])(
  'nothing is sent to a database with an untrusted certificate, with sslmode=%s',
  async (mode) => {
    const received: Buffer[] = []
    const impostor = createServer((socket: Socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write('S') // PostgreSQL's answer to a request for TLS
        const secure = new TLSSocket(socket, { isServer: true, key, cert })
        secure.on('data', (data) => received.push(data)).on('error', () => undefined)
      })
    }).listen(0, '127.0.0.1')
    await once(impostor, 'listening')
    const { port } = impostor.address() as { port: number }
    const url = `postgresql://atrium_app:secret@127.0.0.1:${port}/atrium?sslmode=${mode}`
    const client = new pg.Client({ connectionString: parseEnv({ ...process.env, DATABASE_URL: url }).DATABASE_URL })
    await expect(client.connect()).rejects.toThrow(UNTRUSTED)
    expect(received).toEqual([])
    impostor.close()
  },
)

import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/** A connection to PostgreSQL that counts what the server sends, and calls back before a message is passed on. */
export class CountingProxy {
  sent = 0
  /** called with the number of each message since the last reset; false to drop it */
  onMessage: (count: number) => boolean = () => true
  private constructor(
    readonly url: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  /** Starts a proxy in front of the database of a URL. */
  static async start(databaseUrl: string): Promise<CountingProxy> {
    const { hostname, port } = new URL(databaseUrl)
    const server = createServer((socket) => {
      const upstream = connect(Number(port), hostname)
      for (const end of [socket, upstream]) end.on('error', () => undefined)
      upstream.pipe(socket)
      socket.on('data', (bytes) => {
        proxy.sent += 1
        if (proxy.onMessage(proxy.sent)) upstream.write(bytes)
      })
      socket.on('close', () => upstream.destroy())
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = new URL(databaseUrl)
    url.hostname = '127.0.0.1'
    url.port = String((server.address() as AddressInfo).port)
    const proxy = new CountingProxy(url.href, server)
    return proxy
  }

  /** Starts to count again. @param onMessage see {@link onMessage} */
  count(onMessage: CountingProxy['onMessage']): void {
    this.sent = 0
    this.onMessage = onMessage
  }

  close(): void {
    this.server.close()
  }
}

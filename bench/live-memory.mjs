// Runs inside a server that is measured, by `node --import`: each message is answered with the memory that is in use after
// a full garbage collection, in bytes. What V8 has not collected yet says nothing about a leak.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

if (isMainThread && process.channel) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  process.on('message', () => {
    collect()
    collect() // what the first one finalized
    const { heapUsed, external } = process.memoryUsage()
    process.send?.(heapUsed + external)
  })
  process.channel.unref()
}

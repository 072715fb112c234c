import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { TestbedError } from './testbed-error.ts'

/**
 * Runs `task` while no other process of this machine runs one under the same name; waits up to `timeoutMs` for its
 * turn. The lock is an abstract unix socket (unix(7)): the kernel drops it with its process, so none is ever stale.
 */
export async function withMachineLock<T>(
  name: string,
  task: () => Promise<T>,
  timeoutMs: number = 900_000,
): Promise<T> {
  const end = Date.now() + timeoutMs
  let lock = await tryLock(name)
  while (lock === undefined) {
    if (Date.now() >= end) {
      throw new TestbedError(
        `another process holds the lock ${name} and did not finish in ${timeoutMs / 1000} s: end it`,
      )
    }
    await sleep(100)
    lock = await tryLock(name)
  }
  try {
    return await task()
  } finally {
    await release(lock)
  }
}

function tryLock(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy())
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(`\0${name}`, () => resolve(server))
  })
}

function release(lock: Server): Promise<void> {
  return new Promise((resolve) => {
    lock.close(() => resolve())
  })
}

import type { ChildProcess, Serializable } from 'node:child_process'
import { forkServer, pathBeside } from '../helpers/processes.ts'
import type { ServerAddresses } from './servers.ts'

/** Starts a server of servers.ts. `request`: the message that it waits for, if it does. */
export async function startServer<Kind extends keyof ServerAddresses>(
  kind: Kind,
  request: Serializable | null = null,
): Promise<{ readonly child: ChildProcess; readonly address: ServerAddresses[Kind] }> {
  const { child, address } = await forkServer(pathBeside(import.meta.url, 'servers.ts'), [kind], request)
  return { child, address: address as ServerAddresses[Kind] }
}

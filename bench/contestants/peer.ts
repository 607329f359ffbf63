import { fileURLToPath } from 'node:url'
import { Child } from '../lib/child.ts'
import type { ChildOptions } from '../lib/child.ts'
import type { Contestant, Running, Workload } from './contestant.ts'

/** Starts a program that prints on SIGTERM how many polls it made and how many failed. */
export async function startWithSummary(
  command: string,
  args: readonly string[],
  options: Omit<ChildOptions, 'line'>,
): Promise<Running> {
  let output = ''
  const child = await Child.start(command, args, { ...options, onLine: (line) => (output = line) })
  return {
    child,
    async stop() {
      await child.stop()
      if (output === '') throw new Error(`${command} ${args.join(' ')} printed no polls: ${child.stderr}`)
      const {
        polls,
        failed,
        why = '',
      } = JSON.parse(output) as { polls: number; failed: number; why?: string }
      return { failed: failed / Math.max(1, polls), why }
    },
  }
}

/** Starts one of the Node programs in peers/. */
export function startPeer(
  script: string,
  args: readonly string[],
  core: number | null,
  root: string | null = null,
): Promise<Running> {
  const path = fileURLToPath(new URL(`../peers/${script}`, import.meta.url))
  const env = root === null ? {} : { NODE_EXTRA_CA_CERTS: root }
  return startWithSummary(process.execPath, [path, ...args], { core, env })
}

function nodePeer(
  name: string,
  script: string,
  argumentsOf: (work: Workload) => readonly string[],
  takesResolver: boolean,
): Contestant {
  return {
    name,
    whyUnsupported({ resolver, check, http2 }) {
      if (check !== null) return 'sends HEAD requests only'
      if (http2) return 'speaks HTTP/1 only'
      return resolver === null || takesResolver ? null : "takes no DNS server but the system's"
    },
    start: (work, { cores }) => startPeer(script, argumentsOf(work), cores.client, work.root),
  }
}

/** A loop over `fetch` with a limit. */
export const fetchLoop = nodePeer('fetch, 64 at once', 'fetch.ts', ({ list }) => [list], false)

/** undici's `request` with its default agent. */
export const undici = nodePeer('undici', 'undici.ts', ({ list }) => [list], false)

/** Bare requests over node:net or node:tls. */
export const floor = nodePeer(
  'floor (node:net)',
  'floor.ts',
  ({ list, keepAlive, resolver }) => [
    list,
    keepAlive ? 'keep' : 'close',
    ...(resolver === null ? [] : [resolver]),
  ],
  true,
)

import { Child } from '../lib/child.ts'
import type { Bench } from '../lib/bench.ts'
import { BODY_TEXT, intervalMs } from './contestant.ts'
import type { Check, Contestant, Workload } from './contestant.ts'

/** The fields of a summary that the bench reads. */
interface Summary {
  readonly polls: number
  readonly down: number
  readonly unknown: number
}

/**
 * Headcount of this checkout or another one (`base`: its command), with a number of pollers and other flags. It prints summaries and changes, or nothing.
 */
export function headcount(
  poolSize = 1,
  format: 'json' | 'quiet' = 'json',
  base: string | null = null,
  flags: readonly string[] = [],
): Contestant {
  return {
    name: base === null ? 'headcount' : 'headcount before',
    whyUnsupported: () => null,
    async start(work, bench) {
      let summary: Summary | null = null
      const child = await startHeadcount(
        [
          ...argumentsFor(work, poolSize),
          ...flags,
          ...['--format', format],
          // Together with `quiet` they have no effect and are refused.
          ...(format === 'quiet' ? [] : ['--changes', '--status-interval', '1s']),
        ],
        { ...bench, program: base ?? bench.program },
        (line) => {
          if (line.startsWith('{"type":"summary"')) summary = JSON.parse(line) as Summary
        },
      )
      return {
        child,
        async stop() {
          await child.stop()
          if (format === 'quiet') return { failed: 0, why: '' }
          if (summary === null) throw new Error(`headcount printed no summary: ${child.stderr}`)
          return { failed: (summary.down + summary.unknown) / work.urls, why: child.stderr.slice(-200) }
        },
      }
    },
  }
}

/** The flags of a check. What connects and what asks a DNS server is in the list. */
const CHECKS: Readonly<Record<Check, readonly string[]>> = {
  body: ['--body', BODY_TEXT],
  json: ['--json', 'status=ok'],
  tcp: [],
  query: [],
}

/** The flags for this work. */
function argumentsFor(work: Workload, poolSize: number): string[] {
  const args = ['-f', work.list, '--pool-size', String(poolSize), '--interval', `${intervalMs(work)}ms`]
  return [
    ...args,
    ...(work.keepAlive ? ['--keep-alive'] : []),
    ...(work.http2 ? ['--http2'] : []),
    ...(work.root === null ? [] : ['--cacert', work.root]),
    ...(work.resolver === null ? [] : ['--resolver', work.resolver]),
    ...(work.check === null ? [] : CHECKS[work.check]),
  ]
}

/** Starts it on the client's core. */
export function startHeadcount(
  args: readonly string[],
  { cores, program }: Pick<Bench, 'cores' | 'program'>,
  onLine?: (line: string) => void,
): Promise<Child> {
  return Child.start(process.execPath, [program, ...args], {
    core: cores.client,
    ...(onLine === undefined ? {} : { onLine }),
  })
}

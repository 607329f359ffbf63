import { readFileSync, writeFileSync } from 'node:fs'
import { Child } from '../lib/child.ts'
import type { Contestant } from './contestant.ts'

/** Longer than any measurement. */
const DURATION = '1h'

/**
 * wrk, a load generator in C: the ceiling. It asks the first URL of the list again and again, over 64 kept connections, and looks at
 * nothing but the status.
 */
export const wrk: Contestant = {
  name: 'wrk, 64 connections to one URL',
  whyUnsupported({ resolver, check, keepAlive, root }) {
    if (check !== null) return 'sends HEAD requests only'
    if (root !== null || resolver !== null) return 'is started for plain HTTP to an address only'
    if (!keepAlive) return 'keeps its connections'
    return null
  },
  async start({ list }, { folder, cores }) {
    const script = `${folder}/head.lua`
    writeFileSync(script, "wrk.method = 'HEAD'\n")
    const [url = ''] = readFileSync(list, 'utf8').split('\n', 1)
    const lines: string[] = []
    const args = ['--threads', '1', '--connections', '64', '--duration', DURATION, '--script', script, url]
    const child = await Child.start('wrk', args, {
      core: cores.client,
      onLine: (line) => lines.push(line),
    })
    return {
      child,
      async stop() {
        child.signal('SIGINT')
        await child.ended()
        const numberOf = (pattern: RegExp) => Number(pattern.exec(lines.join('\n'))?.[1] ?? 0)
        const polls = numberOf(/(\d+) requests in/)
        const why = lines.find((line) => /Socket errors|Non-2xx/.test(line)) ?? ''
        return { failed: numberOf(/Non-2xx or 3xx responses: (\d+)/) / Math.max(1, polls), why }
      },
    }
  },
}

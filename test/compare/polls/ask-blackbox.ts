import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startExporter } from '../../helpers/blackbox-exporter.ts'
import { eachOf } from './answer.ts'
import type { Answer, AskAll } from './answer.ts'
import { blackboxProbe } from './blackbox-module.ts'
import type { Case } from './case.ts'

const AT_A_TIME = 16

/** One process of blackbox_exporter, with a module for each case. */
export const askBlackbox: AskAll = async (site, cases) => {
  const answers = new Map<Case, Answer>()
  const probes = cases.flatMap((one, at) => {
    const probe = blackboxProbe(site, one)
    return probe === null ? [] : [{ one, name: `case-${at}`, ...probe }]
  })
  const folder = mkdtempSync(join(tmpdir(), 'headcount-'))
  const file = join(folder, 'blackbox.yml')
  // JSON is YAML.
  const modules = Object.fromEntries(probes.map(({ name, module }) => [name, module]))
  writeFileSync(file, JSON.stringify({ modules }))
  const ends: (() => unknown)[] = []
  try {
    const url = await startExporter({ teardown: (end) => void ends.push(end) }, file)
    await eachOf(probes, AT_A_TIME, async ({ one, name, target }) => {
      const query = new URLSearchParams({ module: name, target })
      const response = await fetch(`${url}/probe?${query.toString()}`)
      answers.set(one, answerIn(await response.text()))
    })
  } finally {
    for (const end of ends) await end()
    rmSync(folder, { recursive: true })
  }
  return answers
}

function answerIn(text: string): Answer {
  const metric = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
  if (!/^probe_success /m.test(text)) throw new Error(`blackbox_exporter says: ${text.slice(0, 200)}`)
  return {
    verdict: metric('probe_success') === 1 ? 'up' : 'down',
    status: metric('probe_http_status_code'),
    why: '',
  }
}

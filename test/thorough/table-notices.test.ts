import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { directoryOf } from '../helpers/directory.ts'
import { onTerminal, openProgram } from '../helpers/open-program.ts'
import { startOrigin } from '../helpers/origin.ts'
import { Program } from '../helpers/program.ts'

const QUICK = ['--pool-size', '1', '--interval', '200ms']

onTerminal('what happened before the monitor knew its URLs is on the table', async (t) => {
  const { url } = await startOrigin(t)
  const file = join(directoryOf(t), 'h.db')
  const other = new Program(t, [...QUICK, '--format', 'json', '--history', file, url])
  await other.until(() => existsSync(file) && other.json.length > 0)
  const { terminal, ended } = await openProgram(t, [...QUICK, '--history', file, url], { columns: 200 })
  await terminal.until((text) => text.includes('1 up') && text.includes('another headcount writes it'))
  await terminal.press('q')
  await ended('0')
})

onTerminal('a monitor that is lost is reported on the table of the next one', async (t) => {
  const { url } = await startOrigin(t)
  const mark = join(directoryOf(t), 'mark')
  const helper = fileURLToPath(new URL('../helpers/monitor-fault.ts', import.meta.url))
  const { terminal, ended } = await openProgram(t, [...QUICK, url], {
    before: `FAULT_MARK=${mark} NODE_OPTIONS=--import=${helper}`,
    columns: 200,
  })
  await terminal.until((text) => text.includes('1 up'))
  writeFileSync(mark, '')
  await terminal.until((text) => text.includes('another takes its place, and some lines may be missing'))
  await terminal.press('q')
  await ended('0')
})

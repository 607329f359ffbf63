import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { Url } from '../../../src/resource/resource.ts'
import { ResourceTable } from '../../../src/resource/resource-table.ts'
import { ExitDeadline } from '../../../src/runtime/exit-deadline.ts'
import { MonitorSupervisor } from '../../../src/supervisors/monitor/monitor-supervisor.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { monitorOptions } from '../../helpers/monitor-options.ts'
import { summary } from '../../helpers/summary.ts'

test('a monitor that opens its file anew while it is starting writes to the new one', async (t) => {
  const file = join(directoryOf(t), 'results.jsonl')
  const table = new ResourceTable()
  table.add('https://a.example/' as Url)
  const output = { file, namedBy: '--output', format: 'json', append: true } as const
  const opened = Promise.withResolvers<void>()
  const known = { settling: { of: () => null }, settings: null, earlier: null, places: null }
  const monitor = new MonitorSupervisor(
    table,
    known,
    (resumeFrom) => ({ ...monitorOptions, outputs: [output], resumeFrom }),
    {
      started: () => {},
      received: ({ type }) => void (type === 'started' && opened.resolve()),
      lost: (reason) => t.fail(reason),
      failed: ({ message }) => t.fail(message),
    },
  )
  const ready = Promise.withResolvers<void>()
  const started = monitor.start(() => ready.promise)
  await opened.promise
  renameSync(file, `${file}.1`)
  monitor.send({ type: 'reopen', inputs: [] })
  ready.resolve()
  await started
  const stats = () => summary.mainStats
  monitor.enableRestart({ stats, polls: () => 0, switchStatusPorts: () => Promise.resolve([]) })
  await monitor.stop(new ExitDeadline(0, () => 0, 0, true))
  t.is(readFileSync(`${file}.1`, 'utf8'), '')
  t.true(existsSync(file) && readFileSync(file, 'utf8').includes('"type":"summary"'))
})

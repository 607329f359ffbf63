// `run-with-profiles.ts FILE FLAGS`: the program with one list, a JSON file of Targets that is read again when it changes.
import { readFileSync } from 'node:fs'
import { readCommand } from '../../src/command/command.ts'
import { main } from '../../src/main.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import { LiveLists } from '../../src/reload/live-lists.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { listenToSignals } from '../../src/runtime/signals.ts'
import type { Target } from '../../src/targets/target.ts'

const [file = '', ...flags] = process.argv.slice(2)
const command = await readCommand([...flags, 'http://127.0.0.1/'])
if (command.type !== 'run') throw new Error(command.text)
const { options } = command
const say = (lines: string) => void process.stderr.write(lines)
const table = new ResourceTable()
const profiles = new Profiles(options.poll)
const source = {
  name: 'list',
  reloadPolicy: { path: file },
  optionalAtStart: false,
  read(sink: { target(target: Target): void }) {
    for (const target of JSON.parse(readFileSync(file, 'utf8')) as Target[]) sink.target(target)
    return Promise.resolve({ endsWithNewline: true })
  },
}
const lists = new LiveLists([source], { table, profiles }, options, (line) => say(`${line}\n`))
await lists.readFirst()
const signals = listenToSignals(() => process.exit(1))
process.exit(
  await main(
    { table, profiles, lists, inputs: () => [], probes: null, pages: null, pageExport: null },
    options,
    signals,
    say,
  ),
)

import { mutations } from '../helpers/mutations.ts'
import { ask } from './clients.ts'
import type { Row } from './clients.ts'
import { poll, wrong } from './rule.ts'

// Puts answers with mistakes in them to headcount, curl and Go's net/http, and prints where headcount breaks the rule. Arguments: a
// seed, and how many. What it finds goes into heads.ts.

const [seed = '1', count = '2000'] = process.argv.slice(2)
const heads = [...new Set(mutations(Number(seed), Number(count)))]
const [said, clients] = await Promise.all([poll(heads), ask(heads)])
const mistakes = heads.flatMap((head, at) => wrong(head, said[at] as Row, clients[at] as Row))
process.stdout.write([...mistakes, `${mistakes.length} of ${heads.length}, seed ${seed}\n`].join('\n'))
process.exitCode = mistakes.length > 0 ? 1 : 0

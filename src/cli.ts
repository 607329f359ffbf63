#!/usr/bin/env node
// The only file that ends the process.
import { listenToSignals } from './runtime/signals.ts'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(`error: headcount needs Node 24.12 or newer, this is ${process.version}\n`)
  process.exit(1)
}

const signals = listenToSignals(() => process.exit(1))
const argv = process.argv.slice(2)
// Loaded after the check: an older Node could not even parse it.
const { quickAnswer } = await import('./command/quick-answer.ts')
const answered = await quickAnswer(argv, (lines) => process.stderr.write(lines))
if (answered !== null) process.exit(answered)
const { run } = await import('./run.ts')
process.exit(await run(argv, signals))

// `npm test` runs ava, on a terminal with the report of ava. Otherwise it prints each failure in full, and the progress now and then.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { buildProgram } from './build-program.ts'
import { runSuite } from './suite.ts'

const REPORT_EVERY_MS = 10_000

const ava = fileURLToPath(new URL('ava.ts', import.meta.url))
const args = process.argv.slice(2)
const began = performance.now()
const say = (line: string) => void process.stdout.write(`${line}\n`)
const env = buildProgram()
const seconds = () => `${((performance.now() - began) / 1_000).toFixed(0)} s`

if (process.stdout.isTTY || args.some((arg) => arg.startsWith('-'))) {
  const child = spawn(process.execPath, [ava, ...args], { stdio: 'inherit', env: { ...process.env, ...env } })
  const [code] = (await once(child, 'close')) as [number | null]
  process.exitCode = code ?? 1
} else {
  let ran = { passed: 0, failed: 0 }
  const timer = setInterval(
    () => say(`${seconds()}: ${ran.passed} tests passed, ${ran.failed} failed so far`),
    REPORT_EVERY_MS,
  )
  const { passed, failures, code } = await runSuite(args, env, {
    onTest: (good, failed) => (ran = { passed: good, failed }),
    onFailure: ({ title, why }) => say(`failed: ${title}\n${why}`),
    onText: say,
  })
  clearInterval(timer)
  for (const { title } of failures) say(`failed: ${title}`)
  if (code !== 0 && failures.length === 0) say(`the tests did not run to their end: ava ended with ${code}`)
  say(`${passed} tests passed, ${failures.length} failed, in ${seconds()}`)
  process.exitCode = code ?? 1
}

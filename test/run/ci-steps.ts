// `npm run ci:steps` runs the steps of .github/workflows/ci.yml one by one in a clean clone, with the Node and the npm of this
// machine. Steps that only GitHub can run are listed and skipped.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseWorkflowFile } from './workflow.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'headcount-ci-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const say = (line: string) => void process.stdout.write(`${line}\n`)

const clone = join(scratch, 'clone')
const { errors, steps } = await parseWorkflowFile(
  'ci.yml',
  readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8'),
)
for (const error of errors) say(`ci.yml: ${error}`)
if (errors.length > 0) process.exit(1)

// npm scripts put node_modules/.bin first on the PATH, and with it the Node of this project. The steps get the machine's Node.
const globals = join(scratch, 'global')
mkdirSync(join(globals, 'bin'), { recursive: true })
const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
const inherited = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE/i.test(name))
const env = {
  ...Object.fromEntries(inherited),
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  // Global installs go into the folder that is removed at the end.
  npm_config_prefix: globals,
  PATH: [join(globals, 'bin'), ...path].join(delimiter),
}
const version = (name: string) => execFileSync(name, ['--version'], { env, encoding: 'utf8' }).trim()
for (const { uses, run } of steps) {
  const began = performance.now()
  if (uses?.startsWith('actions/checkout@')) {
    say(`== ${uses}: git clone`)
    execFileSync('git', ['clone', '--quiet', root, clone])
  } else if (run === undefined) {
    say(`== ${uses}: not run; Node is ${version('node')}, npm ${version('npm')} here`)
  } else {
    say(`== ${run}`)
    // The same shell as on GitHub.
    const { status } = spawnSync('bash', ['-e', '-c', run], { cwd: clone, env, stdio: 'inherit' })
    say(`== ${run}: exit ${status} after ${((performance.now() - began) / 1_000).toFixed(0)} s`)
    if (status !== 0) process.exit(1)
  }
}
say('all steps passed')

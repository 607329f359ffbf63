import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import test from 'ava'

const script = new URL('../../scripts/require-node.js', import.meta.url)
const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  engines: { node: string }
}

/** Runs the script in a process that takes itself for another Node. */
function runAs(version: string): { status: number | null; stdout: string; stderr: string } {
  const other = `data:text/javascript,${encodeURIComponent(`
    Object.defineProperty(process, 'version', { value: 'v${version}' })
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`)}`
  return spawnSync(process.execPath, ['--import', other, script.pathname], { encoding: 'utf8' })
}

const wrong = test.macro({
  exec(t, version: string) {
    const { status, stdout, stderr } = runAs(version)
    t.is(status, 1)
    t.is(stdout, '')
    t.is(
      stderr,
      `headcount needs Node ${engines.node}, this is v${version}: run "npm ci" (it brings one), or "nvm use"\n`,
    )
  },
  title: (_, version: string) => `Node ${version} is told in one line that it is the wrong one`,
})

const right = test.macro({
  exec(t, version: string) {
    t.like(runAs(version), { status: 0, stdout: '', stderr: '' })
  },
  title: (_, version: string) => `Node ${version} passes without a word`,
})

test(wrong, '18.20.8')
test(wrong, '20.20.2')
test(wrong, '24.11.1')
test(wrong, '25.9.0')
test(right, '24.12.0')
test(right, '24.21.0')
test(right, '26.0.0')
test(right, '27.1.0')

test('the Node that runs the tests is one of them', (t) => {
  t.like(spawnSync(process.execPath, [script.pathname], { encoding: 'utf8' }), { status: 0, stderr: '' })
})

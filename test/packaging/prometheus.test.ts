import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { testWith } from '../helpers/tool.ts'

const promtool = testWith('promtool')

function accepts(t: ExecutionContext, ...args: readonly string[]): void {
  const cwd = fileURLToPath(new URL('../../packaging/prometheus', import.meta.url))
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd, encoding: 'utf8' })
  t.is(status, 0, stdout + stderr)
}

promtool('the rules for Prometheus hold what they promise', (t) => {
  accepts(t, 'check', 'rules', '--lint=all', '--lint-fatal', 'headcount.rules.yml')
  accepts(t, 'test', 'rules', 'headcount.rules.test.yml')
})

promtool('promtool accepts the configuration for Prometheus', (t) => {
  accepts(t, 'check', 'config', 'prometheus.yml')
})

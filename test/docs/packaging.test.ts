import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { testWith } from '../helpers/tool.ts'

const unitFile = fileURLToPath(new URL('../../packaging/headcount.service', import.meta.url))

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('the unit may write where the documents have it write, and its reload is what logrotate asks for', (t) => {
  const unit = read('packaging/headcount.service')
  const docs = read('docs/pipelines.md')
  const [, directory] = /^LogsDirectory=(\S+)$/m.exec(unit) ?? []
  const [, rotated] = /^(\/\S+) \{$/m.exec(docs) ?? []
  const [, written] = /^ExecStart=.* --output (\S+)$/m.exec(docs) ?? []
  t.is(rotated, `/var/log/${directory}/results.json`)
  t.is(written, rotated)
  t.regex(docs, /systemctl reload headcount/)
  t.regex(unit, /^ExecReload=\/bin\/kill -HUP \$MAINPID$/m)
})

test('the unit may write the history that the documents name, and is not started again after a mistake', (t) => {
  const unit = read('packaging/headcount.service')
  const [, directory] = /^StateDirectory=(\S+)$/m.exec(unit) ?? []
  for (const page of ['docs/history.md', 'docs/reference.md', 'docs/status-pages.md'])
    t.true(read(page).includes(`/var/lib/${directory}/history.db`), page)
  t.regex(unit, /^RestartPreventExitStatus=3$/m)
})

test('a reload that comes before the program listens ends it, and the unit starts it again', (t) => {
  t.regex(read('packaging/headcount.service'), /^RestartForceExitStatus=SIGHUP$/m)
})

test('the unit gives the single executable a cache of its own', (t) => {
  const [, directory] = /^CacheDirectory=(\S+)$/m.exec(read('packaging/headcount.service')) ?? []
  t.true(
    read('packaging/headcount.service').includes(`\nEnvironment=XDG_CACHE_HOME=/var/cache/${directory}\n`),
  )
})

testWith('systemd-analyze')('systemd accepts the unit, and finds little that it is exposed to', (t) => {
  const verified = spawnSync('systemd-analyze', ['verify', unitFile], { encoding: 'utf8' })
  t.deepEqual([verified.status, verified.stdout, verified.stderr], [0, '', ''])
  // At most 2.0 of 10.
  const security = ['security', '--offline=true', '--threshold=20', unitFile]
  const judged = spawnSync('systemd-analyze', security, { encoding: 'utf8' })
  t.is(judged.status, 0, judged.stdout)
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { parse } from 'yaml'
import { readCommand } from '../../src/command/command.ts'
import { INITIAL_CONFIG } from '../../src/command/help/initial-config.ts'
import { directoryOf } from '../helpers/directory.ts'
import { testWith } from '../helpers/tool.ts'

const unitFile = fileURLToPath(new URL('../../packaging/headcount.service', import.meta.url))

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('the unit may write where the documents have it write, and its reload is what logrotate asks for', (t) => {
  const unit = read('packaging/headcount.service')
  const docs = read('docs/pipelines.md')
  const [, directory] = /^LogsDirectory=(\S+)$/m.exec(unit) ?? []
  const [, rotated] = /^(\/\S+) \{$/m.exec(docs) ?? []
  const [, written] = /^output: (\S+)$/m.exec(docs) ?? []
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

test('the unit starts it again, also after an end without an error', (t) => {
  t.regex(read('packaging/headcount.service'), /^Restart=always$/m)
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

test('the unit starts what the reference has installed, with the configuration that it shows', async (t) => {
  const unit = read('packaging/headcount.service')
  const docs = read('docs/reference.md').split('## Running as a service\n')[1] as string
  const [, config] = /```yaml\n(.*?)```/s.exec(docs) ?? []
  const [, list] = /^```\n(.*?)```/ms.exec(docs) ?? []
  const [, commands] = /```sh\n(.*?)```/s.exec(docs) ?? []
  const [, user] = /^User=(\S+)$/m.exec(unit) ?? []
  const [, made] = /(useradd .*)$/m.exec(unit) ?? []
  t.true(commands?.includes(`sudo ${made}\n`))
  t.regex(commands as string, new RegExp(` ${user}\\nsudo install -d -m 750 -g ${user} /etc/headcount\\n`))
  const [, flags] = /^ExecStart=\/usr\/bin\/env headcount (.*)$/m.exec(unit) ?? []
  t.true(commands?.includes(`sudo -u ${user} /usr/local/bin/headcount --check ${flags}\n`))

  const directory = directoryOf(t)
  const files = {
    'headcount.yml': config?.replace('/var/lib/headcount', directory),
    'urls.txt': list,
    'login.txt': 'USER:PASSWORD\n',
    'webhook-url': 'https://chat.example/hook\n',
  }
  t.true(
    commands?.includes(`sudo install -m 640 -g ${user} ${Object.keys(files).join(' ')} /etc/headcount/\n`),
  )
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(directory, name), text as string, { mode: 0o640 })
  const here = (flags as string).replace('/etc/headcount', directory).split(' ')
  const request = await readCommand(here, {})
  if (request.type !== 'run') return t.fail(request.text)
  const { listen, recorder } = request.options
  t.is(listen?.port, 9115)
  t.is(recorder?.file, join(directory, 'history.db'))
})

interface Service {
  readonly command: readonly string[]
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
}

test('the container of compose.yml gets flags that headcount takes, and files and ports where they look for them', async (t) => {
  const { services } = parse(read('packaging/compose.yml')) as { services: { headcount: Service } }
  const { command, ports, volumes } = services.headcount
  const directory = directoryOf(t)
  const folders = Object.fromEntries(
    volumes.map((volume) => volume.split(':').slice(0, 2).toReversed() as [string, string]),
  )
  t.deepEqual(folders, { '/etc/headcount/headcount.yml': './headcount.yml', '/var/lib/headcount': './data' })
  writeFileSync(join(directory, 'headcount.yml'), INITIAL_CONFIG)
  const here = command.map((word) => word.replace(/\/(?:etc|var\/lib)\/headcount/, directory))
  const request = await readCommand(here, {})
  if (request.type !== 'run') return t.fail(request.text)
  const { listen, recorder } = request.options
  t.is(listen?.port, 9115)
  t.true(ports.includes('127.0.0.1:9115:9115'))
  t.is(recorder?.file, join(directory, 'history.db'))
})

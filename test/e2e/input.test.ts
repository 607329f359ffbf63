import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority } from '../helpers/certificates.ts'
import { cli } from '../helpers/cli.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, Program } from '../helpers/program.ts'
import { refusalOf } from '../helpers/refusal.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** Runs the program, called by `headcount`, in a shell that knows process substitution. */
async function bash(t: ExecutionContext, script: string) {
  const args = ['-c', `headcount() { "${process.execPath}" "${cli}" "$@"; }\n${script}`]
  const child = spawn('bash', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, stdout, stderr }
}

/** Whether the process has the file open, which it has not while open(2) blocks. */
function hasOpen(pid: number, path: string): boolean {
  const directory = `/proc/${pid}/fd`
  return readdirSync(directory).some((fd) => readlinkOf(join(directory, fd)) === path)
}

function readlinkOf(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return '' // Closed meanwhile.
  }
}

const NAMED: readonly (readonly string[])[] = [['-f'], ['-c'], ['--cacert'], ['--cert', 'x.pem', '--key']]

for (const flags of NAMED) {
  const flag = flags.at(-1)

  test(`${flag}: a FIFO that nobody writes to does not keep a signal from ending the process`, async (t) => {
    const path = join(directoryOf(t), 'fifo')
    execFileSync('mkfifo', [path])
    for (const signal of flag === '-f' ? (['SIGTERM', 'SIGINT'] as const) : (['SIGTERM'] as const)) {
      const { child, ...program } = start(t, [...flags, path])
      await waitUntil(() => hasOpen(child.pid as number, path), 60_000)
      child.kill(signal)
      t.is((await program.ended()).signal, null)
    }
  })

  test(`${flag}: neither does a FIFO whose writer says nothing`, async (t) => {
    const path = join(directoryOf(t), 'fifo')
    execFileSync('mkfifo', [path])
    const { child, ...program } = start(t, [...flags, path])
    // Opens when the program does.
    const writer = await open(path, 'w')
    child.kill('SIGTERM')
    t.is((await program.ended()).signal, null)
    await writer.close()
  })

  test(`${flag}: a device and a directory are refused`, async (t) => {
    // Lists are read when the command line has been.
    const refused = async (path: string) => {
      const args = [...withCert(t, flags), path, 'http://127.0.0.1:1/']
      if (flag !== '-f') return refusalOf(args)
      const { code, stderr } = await headcount(t, args)
      t.is(code, 3)
      return stderr
    }
    t.regex(
      await refused('/dev/zero'),
      /\/dev\/zero: it is a device; only regular files and pipes can be read\n/,
    )
    t.regex(await refused('/'), /\/: it is a directory; only regular files and pipes can be read\n/)
  })
}

test('a list and a configuration that become FIFOs hold up no other list', async (t) => {
  const origin = await startOrigin(t)
  const directory = directoryOf(t)
  const path = (name: string) => join(directory, name)
  const write = (name: string, lines: string) => writeFileSync(path(name), lines)
  write('conf.yml', 'files: [one.txt, two.txt]\n')
  write('one.txt', `${origin.url}/one\n`)
  write('two.txt', `${origin.url}/two\n`)
  const program = new Program(t, [
    '--interval',
    '200ms',
    '--pool-size',
    '1',
    '--format',
    'quiet',
    '-c',
    path('conf.yml'),
  ])
  await origin.requested('/two')
  for (const name of ['conf.yml', 'one.txt']) {
    execFileSync('mkfifo', [path('new')])
    renameSync(path('new'), path(name))
    await program.until(({ stderr }) =>
      stderr.includes(`${name}: it has become a pipe; restart to read it; `),
    )
  }
  write('two.txt', `${origin.url}/two\n${origin.url}/three\n`)
  await origin.requested('/three')
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})

test('process substitution works', async (t) => {
  const url = 'http://127.0.0.1:1/'
  const { code, stdout, stderr } = await bash(
    t,
    `headcount --check -f <(echo ${url}a; sleep 0.1; echo ${url}b) -f <(echo ${url}c) -c <(echo 'interval: 5s')`,
  )
  t.is(stderr, '')
  t.is(stdout, '3 URLs, 0 duplicates, 0 invalid lines, 0 mistakes in the configuration\n')
  t.is(code, 0)
})

test('what has no end is not read without end', async (t) => {
  const url = 'http://127.0.0.1:1/'
  const config = await bash(t, 'headcount --check -c <(yes)')
  t.regex(config.stderr, /^error: \/dev\/fd\/\d+: it is larger than 1 MiB\n$/)
  t.is(config.code, 3)
  const roots = await bash(t, `headcount --check --cacert <(yes) ${url}`)
  t.regex(roots.stderr, /^error: --cacert: \/dev\/fd\/\d+: it is larger than 4 MiB\n$/)
  t.is(roots.code, 3)
})

/** A program, without its `this`. */
function start(t: ExecutionContext, flags: readonly string[]) {
  const program = new Program(t, [...withCert(t, flags), 'http://127.0.0.1:1/'])
  return { child: program.child, ended: () => program.ended() }
}

/** The flags, with a certificate that is there. */
function withCert(t: ExecutionContext, flags: readonly string[]): readonly string[] {
  if (!flags.includes('x.pem')) return flags
  const path = join(directoryOf(t), 'x.pem')
  execFileSync('sh', ['-c', 'echo "-----BEGIN CERTIFICATE-----" > "$0"', path])
  return flags.map((flag) => (flag === 'x.pem' ? path : flag))
}

for (const [setting, flags, need] of [
  ['auth=basic:@FILE', ['--output', 'FILE:log'], 'results need'],
  ['method=POST data=@FILE', ['--once', '--output', 'FILE:log'], 'results need'],
  ['method=POST data=@FILE', ['--history', 'FILE'], 'a history needs'],
] as const)
  test(`a file that a line names is not written: ${setting}, ${flags.join(' ')}`, async (t) => {
    const directory = directoryOf(t)
    const file = join(directory, 'file')
    const list = join(directory, 'list')
    const contents = setting.startsWith('auth') ? 'user:secret\n' : ''
    writeFileSync(file, contents)
    writeFileSync(list, `http://127.0.0.1:1/ ${setting.replace('FILE', file)}\n`)
    const args = flags.map((flag) => flag.replace('FILE', file))
    const { code, stderr } = await headcount(t, ['-f', list, '--duration', '1s', ...args])
    t.regex(
      stderr,
      new RegExp(
        `^error: --(output|history): ${file}: it is the same file as a file of a request: ${need} .* own\n$`,
      ),
    )
    t.is(code, 3)
    t.is(readFileSync(file, 'utf8'), contents)
  })

test('a file of --web-config is not written', async (t) => {
  const directory = directoryOf(t)
  const { cert, key } = await (await Authority.create()).issue([{ type: 'ip', value: '127.0.0.1' }])
  writeFileSync(join(directory, 'server.crt'), cert)
  writeFileSync(join(directory, 'server.key'), key)
  const web = join(directory, 'web.yml')
  writeFileSync(web, 'tls_server_config: { cert_file: server.crt, key_file: server.key }\n')
  const output = ['--format', 'quiet', '--output', `${join(directory, 'server.key')}:log`]
  const listen = ['--listen', '0', '--web-config', web, '--duration', '1s']
  const { code, stderr } = await headcount(t, [...listen, ...output, 'http://127.0.0.1:1/'])
  t.regex(
    stderr,
    /server\.key: it is the same file as a file of --web-config: results need a file of their own\n$/,
  )
  t.is(code, 3)
  t.is(readFileSync(join(directory, 'server.key'), 'utf8'), key)
})

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, writeFile, readdir, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import type { ExecutionContext } from 'ava'

// The package as npm packs it, unpacked elsewhere beside its production dependencies: what `npm install --global` makes,
// without a registry.

const root = new URL('../../', import.meta.url).pathname
const run = promisify(execFile)

interface Manifest {
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
}

/** The single executable, where it is made. */
const BINARY = 'dist/headcount'

let directory = ''
/** Where the package lies, unpacked, for all tests of this file. */
let installed = ''
let manifest: Manifest

test.before('npm pack', async (t) => {
  directory = await mkdtemp(join(tmpdir(), 'headcount-package-'))
  // A copy, so that no dist is made in the work tree while other tests run.
  const source = join(directory, 'source')
  await mkdir(source)
  for (const name of await readdir(root)) {
    if (!/^(node_modules|dist|coverage|test|\.git)$|\.tgz$/.test(name)) {
      await cp(join(root, name), join(source, name), { recursive: true })
    }
  }
  await symlink(join(root, 'node_modules'), join(source, 'node_modules'))
  // As `npm run build:binary` leaves it.
  await mkdir(join(source, 'dist'))
  await writeFile(join(source, BINARY), 'a binary')
  await run('npm', ['pack', '--offline', '--pack-destination', directory], { cwd: source })
  const tarball = (await readdir(directory)).find((name) => name.endsWith('.tgz')) ?? t.fail('no tarball')
  const modules = join(directory, 'elsewhere', 'node_modules')
  installed = join(modules, 'headcount')
  await mkdir(installed, { recursive: true })
  await run('tar', ['-xzf', join(directory, tarball), '-C', installed, '--strip-components=1'])
  manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Manifest
  // As npm lists them: the root first, then each production package, theirs included.
  const { stdout } = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root })
  for (const path of stdout.trim().split('\n').slice(1)) {
    await cp(path, join(modules, path.slice(join(root, 'node_modules').length)), { recursive: true })
  }
})

test.after.always('remove it', () => rm(directory, { recursive: true, force: true }))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the installed command. */
function headcount(t: ExecutionContext, ...argv: string[]): Promise<Ended> {
  const command = join(installed, manifest.bin['headcount'] ?? t.fail('no command'))
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...argv], { timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

test('it holds the program, its page, its licence and its documents, and nothing else', async (t) => {
  const names = await readdir(installed, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const others = files
    .map((file) => file.slice(installed.length + 1))
    .filter((file) => !/^dist\/(src|workers)\/[\w/-]+\.js$/.test(file))
    .filter((file) => !/^dist\/src\/cluster\/engine\/[a-z]+\.lua$/.test(file))
    .filter((file) => !/^dist\/web\/(assets\/)?[\w-]+\.(css|html|js|svg)(\.br|\.gz)?$/.test(file))
  t.deepEqual(others.filter((file) => file !== 'README.md').toSorted(), [
    'CHANGELOG.md',
    'LICENSE',
    'dist/LICENSES.txt',
    'package.json',
    'packaging/headcount.1',
    'packaging/prometheus/grafana-dashboard.json',
    'packaging/prometheus/headcount.rules.test.yml',
    'packaging/prometheus/headcount.rules.yml',
    'packaging/prometheus/prometheus.yml',
    'schema/config.schema.json',
    'schema/output.schema.json',
  ])
})

test('packing it keeps the single executable', async (t) => {
  t.is(await readFile(join(directory, 'source', BINARY), 'utf8'), 'a binary')
})

test('its command says its version', async (t) => {
  t.deepEqual(await headcount(t, '--version'), {
    code: 0,
    stdout: `headcount ${manifest.version}\n`,
    stderr: '',
  })
})

test('its command polls, from threads that it finds where it is installed', async (t) => {
  const server = createServer((_, response) => response.writeHead(204).end()).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const { code, stdout, stderr } = await headcount(t, '--once', '--format', 'json', url)
  t.is(code, 0, stderr)
  const states = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string })
    .filter(({ type }) => type === 'state')
  t.is(states.length, 1)
  t.like(states[0], { url, verdict: 'up', status: 204 })
})

test('packages that are not bundled are found', async (t) => {
  const list = join(directory, 'checked.txt')
  await writeFile(list, 'http://a.example/ body=/b+/ json.$[?match(@.c,"d")]\n')
  const { code, stdout, stderr } = await headcount(t, '--check', '-f', list)
  t.deepEqual([code, stderr], [0, ''], stdout)
  await writeFile(list, 'http://a.example/ body=/b(/ json.$[\n')
  const bad = await headcount(t, '--check', '-f', list)
  t.regex(
    bad.stdout + bad.stderr,
    /:1:24: body: not a valid regular expression[^]*:1:29: json: not a JSONPath/,
  )
})

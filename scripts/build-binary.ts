// `npm run build:binary [-- FILE]` makes the program and the Node that runs this script one executable, by default dist/headcount.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const out = resolve(process.argv[2] ?? join(root, 'dist/headcount'))
const scratch = mkdtempSync(join(tmpdir(), 'headcount-binary-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

if (Number(process.versions.node.split('.')[0]) < 26) {
  process.stderr.write(`a single executable needs Node 26 to build it, this is ${process.version}\n`)
  process.exit(1)
}

const dist = join(scratch, 'dist')
execFileSync(process.execPath, [join(root, 'scripts/build.ts'), dist], { stdio: 'inherit' })

/** The files of the program as they are unpacked, by their paths there, and where each of them is now. */
const assets: Record<string, string> = {
  'package.json': join(root, 'package.json'),
  'start.cjs': join(root, 'scripts/binary/start.cjs'),
}
const add = (folder: string, from: string, pattern: string) => {
  for (const path of globSync(pattern, { cwd: from }).toSorted())
    assets[`${folder}/${path}`] = join(from, path)
}
add('dist', dist, '**/*.*')
// Piscina starts a file of its own in each thread, so it is not bundled.
const piscina = join(root, 'node_modules/piscina')
add('node_modules/piscina', piscina, 'dist/**/*.{js,mjs}')
add('node_modules/piscina', piscina, '{package.json,LICENSE}')
// Nor are packages that few settings need: see src/settings/package-loader.ts. Each of them is one file here.
const loaded = globSync('src/**/*.ts', { cwd: root }).flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8')
  return Array.from(text.matchAll(/packageLoader\('([^']+)'\)/g), ([, name = '']) => name)
})
const { resolve: pathOf } = createRequire(import.meta.url)
for (const name of new Set(loaded)) {
  const outfile = join(scratch, `${name}.js`)
  await build({ entryPoints: [pathOf(name)], outfile, bundle: true, format: 'cjs', platform: 'node' })
  assets[`node_modules/${name}/index.js`] = outfile
  add(`node_modules/${name}`, join(root, 'node_modules', name), '{LICENSE,LICENCE}')
}

const hash = createHash('sha256')
for (const [path, from] of Object.entries(assets)) {
  const contents = readFileSync(from)
  hash.update(`${path}\0${contents.length}\0`).update(contents)
}
const name = join(scratch, 'name')
writeFileSync(name, hash.digest('hex').slice(0, 32))

const main = join(scratch, 'main.cjs')
await build({
  absWorkingDir: root,
  entryPoints: ['scripts/binary/main.ts'],
  outfile: main,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node26',
  logLevel: 'warning',
})

const config = join(scratch, 'sea.json')
mkdirSync(dirname(out), { recursive: true })
writeFileSync(
  config,
  JSON.stringify({ main, output: out, disableExperimentalSEAWarning: true, assets: { ...assets, name } }),
)
execFileSync(process.execPath, ['--build-sea', config], { stdio: ['ignore', 'ignore', 'inherit'] })
chmodSync(out, 0o755)

// `npm run build [-- DIRECTORY]` bundles the program into dist/, one file for each kind of thread and those that it loads when they are
// needed. Of the packages only what is used is bundled; a program of a few files starts in half the time of one of several hundred.
import { globSync } from 'node:fs'
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildPage } from './build-page.ts'
import { withoutBuiltinImports } from './builtin-imports.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const out = process.argv[2] ?? join(root, 'dist')

// `npm run build:binary` leaves its file beside them. The same names are in the "files" of package.json.
for (const made of ['src', 'workers', 'web', 'LICENSES.txt'])
  await rm(join(out, made), { recursive: true, force: true })

/**
 * Each thread has bundles of its own: threads share no code in memory anyway, and a bundle that all of them share falls apart into
 * a hundred files, each of which takes about a millisecond to find and to load.
 */
async function bundleThread(entryPoint: string) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outbase: '.',
    outdir: out,
    // `src/threads/worker-url.ts` finds `workers/` from here.
    chunkNames: 'src/shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The CommonJS of some packages finds its files by paths that no bundler can follow.
    mainFields: ['module', 'main'],
    // Piscina starts a file of its own in each thread.
    external: ['piscina'],
    // CommonJS packages call `require` for Node's modules. Most files have none of them.
    banner: {
      js: "const require = (name) => process.getBuiltinModule('node:module').createRequire(import.meta.url)(name)",
    },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    write: false,
  })
  for (const { path, text } of outputFiles) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, withoutBuiltinImports(text))
  }
  return metafile
}

const metafiles = await Promise.all(
  ['src/cli.ts', ...globSync('workers/*.ts', { cwd: root })].map(bundleThread),
)
const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs))

await buildPage(join(out, 'web'))

// They run in the server of a cluster, and are read where they are needed.
for (const script of globSync('src/cluster/**/*.lua', { cwd: root })) {
  await mkdir(join(out, dirname(script)), { recursive: true })
  await copyFile(join(root, script), join(out, script))
}

// Of the packages of the page, all that it imports is in it.
const packages = new Set<string>(['preact', 'uplot'])
for (const input of inputs) {
  const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]
  if (name !== undefined) packages.add(name)
}
const licences: string[] = []
for (const name of [...packages].toSorted()) {
  const folder = join(root, 'node_modules', name)
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no licence file`)
  licences.push(`${name}\n\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`)
}
await writeFile(
  join(out, 'LICENSES.txt'),
  `The program contains code of these packages.\n\n${licences.join('\n----\n\n')}`,
)

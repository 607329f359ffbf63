// `npm run build:page [-- DIRECTORY]` makes the page that `--listen` serves, by default where the program looks for it when it runs from
// its source. What is made already from the same files is not made again, so that `npm start` can call this each time.
import { createHash } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { threadId } from 'node:worker_threads'
import { brotliCompress, gzip } from 'node:zlib'
import { reasonHelp } from '../src/state/reason-help.ts'
import { REASON_FACTS } from '../src/state/reasons.ts'
import type { Reason } from '../src/state/reasons.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const cache = join(root, 'node_modules/.cache/page')

/** Files from which the page is made, beside those in `web/`. */
const OTHER_SOURCES = [
  'package.json',
  'scripts/build-page.ts',
  'src/print/text/curl-command.ts',
  'src/print/text/duration-ms.ts',
  'src/print/text/percent.ts',
  'src/resource/resource.ts',
  'src/settings/durations.ts',
  'src/state/reason-help.ts',
  'src/state/reasons.ts',
  'src/state/connection-reasons.ts',
]

/** Makes the page, if it is not there yet, and copies it to a directory. */
export async function buildPage(out: string): Promise<void> {
  const key = await keyOfSources()
  if ((await readFile(join(cache, 'key.txt'), 'utf8').catch(() => '')) !== key) await make(key)
  if (resolve(out) === cache) return
  await rm(out, { recursive: true, force: true })
  await cp(cache, out, { recursive: true, filter: (name) => !name.endsWith('key.txt') })
}

async function keyOfSources(): Promise<string> {
  const hash = createHash('sha256')
  const names = globSync('web/**/*.*', { cwd: root }).toSorted()
  for (const name of [...names, ...OTHER_SOURCES])
    hash.update(`${name}\0`).update(await readFile(join(root, name)))
  return hash.digest('hex')
}

/** `virtual:reasons`: for each reason what it means and what to do. */
function reasonsPlugin() {
  const help = Object.fromEntries(
    Object.keys(REASON_FACTS).map((name) => {
      const { meaning, action } = reasonHelp(name as Reason)
      return [name, [meaning, action]]
    }),
  )
  return {
    name: 'reasons',
    resolveId: (id: string) => (id === 'virtual:reasons' ? `\0${id}` : null),
    load: (id: string) =>
      id === '\0virtual:reasons' ? `export const REASONS = ${JSON.stringify(help)}` : null,
  }
}

async function make(key: string): Promise<void> {
  const { build } = await import('vite')
  // Whoever runs at the same time finds the old page or the new one, never half of one.
  const made = `${cache}.${process.pid}-${threadId}`
  await build({
    configFile: false,
    root: join(root, 'web'),
    // The addresses are relative: the page may be under a prefix.
    base: './',
    logLevel: 'warn',
    plugins: [reasonsPlugin()],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: made,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      // No file is written into another one as a data: URL, which the policy of the page forbids.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
    },
  })
  for (const name of await readdir(made, { recursive: true })) {
    if (!/\.(?:js|css|html|svg)$/.test(name)) continue
    const text = await readFile(join(made, name))
    await writeFile(join(made, `${name}.gz`), await promisify(gzip)(text, { level: 9 }))
    await writeFile(join(made, `${name}.br`), await promisify(brotliCompress)(text))
  }
  await writeFile(join(made, 'key.txt'), key)
  await mkdir(dirname(cache), { recursive: true })
  await rm(cache, { recursive: true, force: true })
  await rename(made, cache)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isComplete = existsSync(join(root, 'node_modules/vite'))
  if (isComplete) await buildPage(process.argv[2] ?? cache)
  else process.stderr.write('The page is not built: vite is missing ("npm ci" brings it). All else works.\n')
}

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { buildPage } from '../../scripts/build-page.ts'
import { PAGE_FOLDER, startApi } from '../helpers/api-server.ts'
import { SampleRecorder } from '../helpers/sample-history.ts'
import { sampleList } from '../helpers/sample-list.ts'
import { haveTool } from '../helpers/tool.ts'
import { CHROMIUM } from '../thorough/page/browser.ts'

// Lighthouse looks at the pages as it does for anybody. Its score for performance depends on how busy the machine is, so nothing else may run
// meanwhile: `npm run lighthouse` installs it and runs this file alone.

const LIGHTHOUSE = fileURLToPath(new URL('node_modules/.bin/lighthouse', import.meta.url))

/** Each category has at least this score, of 1. */
const MIN_SCORE = 0.95

/** A machine that is busy makes a page slow: the best of so many times counts. */
const ATTEMPTS = 5

const run = promisify(execFile)
const withLighthouse = haveTool(CHROMIUM) && haveTool(LIGHTHOUSE) ? test.serial : test.serial.skip

test.before(() => buildPage(fileURLToPath(PAGE_FOLDER)))

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>
  readonly audits: Readonly<Record<string, { readonly score: number | null; readonly title: string }>>
}

async function look(url: string, preset: string): Promise<Report> {
  const flags = ['--output=json', '--quiet', '--chrome-flags=--headless=new --no-sandbox --disable-gpu']
  const { stdout } = await run(
    LIGHTHOUSE,
    [url, ...flags, ...(preset === '' ? [] : [`--preset=${preset}`])],
    {
      env: { ...process.env, CHROME_PATH: CHROMIUM },
      maxBuffer: 50_000_000,
    },
  )
  return JSON.parse(stdout) as Report
}

/** Categories below MIN_SCORE, with what is wrong in the report. */
function shortcomings({ categories, audits }: Report): string[] {
  const low = Object.entries(categories).filter(([, { score }]) => score === null || score < MIN_SCORE)
  if (low.length === 0) return []
  const wrong = Object.values(audits).filter(({ score }) => score !== null && score < 0.9)
  return [...low.map(([name, { score }]) => `${name}: ${score}`), ...wrong.map(({ title }) => title)]
}

for (const preset of ['', 'desktop'])
  for (const path of ['', 'url?u=URL', 'incidents'])
    withLighthouse(
      `/${path} ${preset === '' ? 'on a phone' : 'on a desktop'} has 95 of 100 in all`,
      async (t) => {
        t.timeout(300_000)
        const monitor = sampleList({ urls: 500, down: 3, unknown: 2 })
        const { port } = await startApi(t, monitor, undefined, {
          recorder: new SampleRecorder([monitor.map.url(3 as never), monitor.map.url(9 as never)]),
        })
        const url = encodeURIComponent(monitor.map.url(3 as never))
        let found: string[] = []
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const report = await look(`http://127.0.0.1:${port}/${path.replace('URL', url)}`, preset)
          t.is(Object.keys(report.categories).length, 4)
          found = shortcomings(report)
          if (found.length === 0) break
        }
        t.deepEqual(found, [])
      },
    )

import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { formatNamed, FORMAT_NAMES } from '../../../src/print/text/formats.ts'
import { MAX_LABEL_BYTES } from '../../../src/settings/url-settings.ts'
import { MAX_LINE_BYTES } from '../../../src/targets/line-splitter.ts'
import { MAX_URL_LENGTH } from '../../../src/settings/url.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { errorLines, headcount, parseLines, Program } from '../../helpers/program.ts'
import { haveTmux, Terminal } from '../../helpers/tmux.ts'

const CHARACTERS = { ascii: 'x', wide: '🚀' }

/** A text that takes so many bytes in UTF-8. */
function textOf(bytes: number, character: string): string {
  const count = Math.floor(bytes / Buffer.byteLength(character))
  return character.repeat(count) + 'y'.repeat(bytes - Buffer.byteLength(character.repeat(count)))
}

/** The value of label `l`, so that labels of it alone take so many bytes as JSON. */
const valueOf = (bytes: number, character: string) => textOf(bytes - Buffer.byteLength('{"l":""}'), character)

/** A configuration with URLs in each place that can say labels, which take so many bytes; and the label of each URL by its path. */
function labelled(t: ExecutionContext, url: string, lengths: readonly number[]) {
  const directory = directoryOf(t)
  const labels = new Map<string, string>()
  const lines: string[] = []
  const sd: unknown[] = []
  const groups: string[] = []
  for (const bytes of lengths)
    for (const [name, character] of Object.entries(CHARACTERS)) {
      const value = valueOf(bytes, character)
      const at = (place: string) => {
        labels.set(`/${place}/${name}/${bytes}`, value)
        return `${url}/${place}/${name}/${bytes}`
      }
      lines.push(`${at('line')} label.l=${value}\n`)
      sd.push({ targets: [at('sd')], labels: { l: value } })
      groups.push(`- {labels: {l: ${value}}, urls: [${at('group')}]}\n`)
      groups.push(`- urls: ["${at('config')} label.l=${value}"]\n`)
    }
  const common = valueOf(MAX_LABEL_BYTES, 'z')
  writeFileSync(join(directory, 'lines.txt'), lines.join(''))
  writeFileSync(join(directory, 'sd.json'), JSON.stringify(sd, null, 1))
  const config = join(directory, 'conf.yml')
  const both = `- {labels: {g: ${common}}, files: [lines.txt, sd.json]}\n`
  writeFileSync(config, `groups:\n${groups.join('')}${both}`)
  return { config, directory, labels, common }
}

const GOOD = [MAX_LABEL_BYTES - 1, MAX_LABEL_BYTES]

/** What a format writes of URLs that are up; null: nothing of each. `all`: the labels of the URL; `l`: the value of the label `l`. */
const LABELS: Readonly<Record<string, ((all: Record<string, string>) => string) | null>> = {
  csv: (all) => `"${JSON.stringify(all).replaceAll('"', '""')}"`,
  ecs: (all) => `"labels":${JSON.stringify(all)}`,
  github: null,
  json: (all) => `"labels":${JSON.stringify(all)}`,
  junit: ({ l }) => `l=${l}</system-out>`,
  log: () => '',
  logfmt: ({ l = '' }) => ` label.l=${l.startsWith('x') ? l : JSON.stringify(l)}`,
  markdown: null,
  quiet: null,
}

for (const format of FORMAT_NAMES.filter((name) => formatNamed(name).once !== 'forbidden')) {
  test(`--format ${format}: labels up to the longest, from every place`, async (t) => {
    const origin = await startOrigin(t)
    const { config, labels, common } = labelled(t, origin.url, GOOD)
    const flags = ['--once', '--format', format, '--pool-size', '1', '-c', config]
    const { code, stdout, stderr } = await headcount(t, flags)
    const isDocument = formatNamed(format).once === 'required'
    // On a busy machine it takes longer than 10 s, and says how far it is.
    const last = stderr.replaceAll(/^\d+% .*\n/gm, '')
    t.is(last, isDocument ? `${labels.size} URLs: ${labels.size} up (${labels.size} ok)\n` : '')
    t.is(code, 0)
    t.is(origin.requestPaths.length, labels.size)
    const written = LABELS[format]
    if (written === undefined) return t.fail('it is not said what this format writes of labels')
    const lines = stdout.split('\n')
    for (const [path, value] of labels) {
      const all = /line|sd/.test(path) ? { g: common, l: value } : { l: value }
      const mine = lines.filter((line) => line.includes(path))
      if (written === null) t.deepEqual(mine, [], path)
      else
        t.true(
          format === 'junit'
            ? stdout.includes(written(all))
            : mine.some((line) => line.includes(written(all))),
          path,
        )
    }
    if (format === 'json') t.true(parseLines(stdout).length > 0)
  })
}

test('labels that are longer are reported where they stand, with the limit', async (t) => {
  const { config, directory, labels } = labelled(t, 'http://127.0.0.1:1', [MAX_LABEL_BYTES + 1])
  const { code, stdout, stderr } = await headcount(t, ['--check', '-c', config])
  t.is(code, 3)
  t.regex(stdout, /, 0 duplicates, 4 invalid lines, 4 mistakes in the configuration\n$/)
  const [lines, sd] = ['lines.txt', 'sd.json'].map((name) => join(directory, name))
  const inLine = 'label: the labels take more than 30000 bytes as JSON'
  const inSd = 'its labels take 30001 bytes as JSON; the limit is 30000; targets skipped: 1'
  const reported = errorLines(stderr)
  t.is(reported.length, labels.size)
  for (const part of [
    `${config}:2:16: ${inLine}`,
    `${config}:4:16: ${inLine}`,
    `${lines}:1:`,
    `${lines}:2:`,
    `${sd}:6:13: ${inSd}`,
    `${sd}:14:13: ${inSd}`,
  ])
    t.true(
      reported.some((line) => line.startsWith(part)),
      part,
    )
  for (const line of reported) t.true(line.endsWith(inLine) || line.endsWith(inSd), line.slice(-100))
})

const onTerminal = haveTmux ? test : test.skip

for (const bytes of GOOD)
  onTerminal(`the live table shows and searches labels of ${bytes} bytes`, async (t) => {
    const origin = await startOrigin(t)
    const { config } = labelled(t, origin.url, [bytes])
    const terminal = await Terminal.open(t, 160)
    await terminal.headcount(['--interval', '200ms', '--pool-size', '1', '-c', config], {
      after: '; echo code $?',
    })
    await terminal.until((screen) => screen.includes('8 up'))
    await terminal.type('/xxxx')
    await terminal.until((screen) => !screen.includes('/wide/'))
    await terminal.press('Enter', 'Escape')
    await terminal.press('Enter')
    await terminal.until((screen) => /labels +(g|l)=/.test(screen))
    await terminal.press('q')
    await terminal.until((screen) => screen.includes('code 0'))
    t.pass()
  })

test('URLs and headers up to the longest that a line holds; what is longer is reported, also when it is read again', async (t) => {
  const asked = new Map<string, string>()
  const waiting: (() => void)[] = []
  const server = createServer({ maxHeaderSize: 2 ** 20 }, ({ url, headers }, response) => {
    asked.set(url as string, String(headers['x-key']))
    for (const look of waiting.splice(0)) look()
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const file = join(directoryOf(t), 'list.txt')
  // So long as they are normalised.
  const urlOf = (length: number, character: string) => {
    const start = home + character.repeat((length - home.length) / encodeURI(character).length - 1)
    return start + 'y'.repeat(length - encodeURI(start).length)
  }
  const urls = Object.values(CHARACTERS).flatMap((character) =>
    [-1, 0, 1].map((more) => urlOf(MAX_URL_LENGTH + more, character)),
  )
  const headerLine = (length: number, character: string) => {
    const start = `${home}header/${character.length}/${length} header.X-Key=`
    return start + textOf(length - start.length, character)
  }
  const lines = Object.values(CHARACTERS).flatMap((character) =>
    [-1, 0, 1].map((more) => headerLine(MAX_LINE_BYTES + more, character)),
  )
  // Looked up as a URL that is known, when it is read again.
  const bare = Object.values(CHARACTERS).flatMap((character) =>
    [-1, 0, 1].map((more) => textOf(MAX_LINE_BYTES + more, character)),
  )
  const text = [...urls, ...lines, ...bare].map((line) => `${line}\n`).join('')
  writeFileSync(file, `${home}first\n`)
  const program = new Program(t, ['--interval', '500ms', '--pool-size', '1', '--format', 'quiet', '-f', file])
  const until = async (seen: () => boolean) => {
    while (!seen()) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  await until(() => asked.has('/first'))
  writeFileSync(file, `${home}first\n${text}`)
  await program.until(({ stderr }) => stderr.includes(`${file}: 6 new\n`))
  const seen = program.stderr
  t.true(
    seen.includes(`${file}:4: it is ${MAX_URL_LENGTH + 1} characters long; the limit is ${MAX_URL_LENGTH}\n`),
  )
  t.true(seen.includes(`${file}:7: it is `))
  for (const line of [10, 13, 16, 19])
    t.true(
      seen.includes(
        `${file}:${line}: the line is ${MAX_LINE_BYTES + 1} bytes long; the limit is ${MAX_LINE_BYTES}\n`,
      ),
      String(line),
    )
  // A header takes no character of four bytes, however long the line.
  for (const line of [11, 12])
    t.regex(seen, new RegExp(`list.txt:${line}:\\d+: header.X-Key: the value has a character`))
  await until(() => asked.size === 7)
  for (const line of lines.slice(0, 2)) {
    const [url = '', option = ''] = line.split(' ')
    t.is(asked.get(new URL(url).pathname), option.replace('header.X-Key=', ''))
  }
  // And the same once more.
  writeFileSync(file, `${home}first\n${text}${home}last\n`)
  await until(() => asked.has('/last'))
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 0)
})

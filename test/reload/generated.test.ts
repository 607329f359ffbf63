import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { createSource } from '../../src/reload/create-sources.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import { MAX_LINE_BYTES } from '../../src/targets/line-splitter.ts'
import { directoryOf } from '../helpers/directory.ts'
import { seeded } from '../helpers/random.ts'
import { repetitions } from '../helpers/thorough.ts'
import { collectingSink, SOURCE_OPTIONS } from '../helpers/collecting-sink.ts'

// Random lists with mistakes in them: each mistake is reported with its position, nothing else is lost, and no list ends the
// process. A run that fails names its seed.

type Random = ReturnType<typeof seeded>
const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)] as T

async function read(file: string) {
  const sink = collectingSink()
  let error: unknown = null
  try {
    await createSource({ file, settings: null }, process.stdin, SOURCE_OPTIONS).read(sink)
  } catch (caught) {
    error = caught
  }
  return { urls: sink.targets.map(({ url }) => url as string), complaints: sink.complaints, error }
}

const bytes = (text: string) => Buffer.from(text)

/** Invalid lines. */
const BAD: readonly Buffer[] = [
  bytes('example.com'),
  bytes('ftp://a.example/'),
  bytes('http://a.example:99999/'),
  bytes('http://a.example/\0'),
  bytes('http://a.example/ interval=0s'),
  bytes('http://a.example/ label.x="no end'),
  bytes('http://a.example/ http://b.example/'),
  bytes('http://a.exa\u00admple/'),
  bytes(`http://a.example/ label.x=${'🚀'.repeat(7_500)}`),
  bytes(`http://a.example/${'x'.repeat(8_192)}`),
  bytes('x'.repeat(MAX_LINE_BYTES + 1)),
  bytes('x'.repeat(2 ** 20)),
  Buffer.from([0x68, 0xed, 0xa0, 0x80]),
  Buffer.from([0xff, 0xfe]),
]

const NOTHING: readonly Buffer[] = [bytes(''), bytes('  \t'), bytes('# http://a.example/'), bytes(' #\u202e')]

const OPTIONS = ['', ' interval=10s', ' label.a="b # c"', " header.X='\"' # comment", '\t\tmethod=GET']

function makeLines(random: Random) {
  const urls: string[] = []
  const wrong: number[] = []
  const pieces: Buffer[] = random.below(3) === 0 ? [bytes('\ufeff')] : []
  const count = random.below(30)
  for (let number = 1; number <= count; number++) {
    const kind = random.below(3)
    if (kind === 0) {
      const url = `http://a.example/${number}/${pick(random, ['', '%F0%9F%9A%80', 'x'.repeat(5_000)])}`
      urls.push(url)
      pieces.push(bytes(`${pick(random, ['', '  '])}${url}${pick(random, OPTIONS)}`))
    } else if (kind === 1) pieces.push(pick(random, NOTHING))
    else {
      wrong.push(number)
      pieces.push(pick(random, BAD))
    }
    if (number < count || random.below(2) === 0) pieces.push(bytes(pick(random, ['\n', '\r\n'])))
  }
  return { text: Buffer.concat(pieces), urls, wrong }
}

test('lines: each invalid line is reported with its number, and all others are read', async (t) => {
  const file = join(directoryOf(t), 'list.txt')
  for (let seed = 1; seed <= repetitions(30, 100); seed++) {
    const { text, urls, wrong } = makeLines(seeded(seed))
    writeFileSync(file, text)
    const seen = await read(file)
    t.is(seen.error, null, `seed ${seed}`)
    t.deepEqual(seen.urls, urls, `seed ${seed}`)
    const numbers = seen.complaints.map((line) => Number(line.slice(file.length + 1).split(':')[0]))
    t.deepEqual(numbers, wrong, `seed ${seed}: ${seen.complaints.join('\n').slice(0, 500)}`)
  }
})

const GROUP = '{"targets": ["http://a.example/", "b.example:80"], "labels": {"team": "web", "x": "ü🚀"}}'
const BLOCK =
  '- targets:\n    - http://a.example/\n    - b.example\n  labels: &l\n    team: web\n    x: "ü"\n'

const WELL_FORMED = {
  json: [`[${GROUP}, ${GROUP}]`, '[]'],
  yml: [BLOCK, `${BLOCK}- targets: [c.example]\n  labels:\n    <<: *l\n    y: z\n`, `- &a ${GROUP}\n- *a\n`],
  xml: [
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="x">\n<url><loc>http://a.example/?a&amp;b</loc></url>\n<url><loc><![CDATA[http://b.example/]]></loc></url>\n</urlset>\n',
    '<!DOCTYPE urlset [<!ENTITY e "x">]><urlset><url><loc>http://a.example/</loc><!-- c --></url></urlset>',
  ],
}

const PIECES = [
  ...'{}[]",:&*<>?!|#%-~\n\r\t\0\ufeff\u202e🚀',
  '<<: x\n',
  '<<: *l',
  '*nobody',
  '&l ',
  '? [a]\n: b\n',
  '!!binary x',
  '---\n',
  '&e;&e;',
  '&#0;',
  '<a>'.repeat(2_000),
  '['.repeat(2_000),
  '{a: '.repeat(200),
  '<![CDATA[',
  '<!--',
  'null',
  '\ud800',
  'x'.repeat(100_000),
]

/** A list with up to four mistakes. */
function damaged(random: Random, well: string): Buffer {
  let text = well
  for (let mistakes = 1 + random.below(4); mistakes > 0; mistakes--) {
    const at = random.below(text.length + 1)
    const from = random.below(2) === 0 ? at : text.lastIndexOf('\n', at) + 1
    const gone = pick(random, [0, 0, 1, 2, 20])
    text = text.slice(0, from) + (random.below(4) === 0 ? '' : pick(random, PIECES)) + text.slice(from + gone)
  }
  const whole = bytes(text)
  if (random.below(4) === 0) whole[random.below(whole.length)] = random.below(256)
  return random.below(4) === 0 ? whole.subarray(0, random.below(whole.length)) : whole
}

/** A merge key whose value is no map, which once ended the process. */
const FOUND = [293]

async function neverThrows(
  t: ExecutionContext,
  name: string,
  make: (random: Random) => Buffer,
  seeds: number,
) {
  const file = join(directoryOf(t), name)
  for (const seed of [...Array.from({ length: seeds }, (_, n) => n + 1), ...FOUND]) {
    writeFileSync(file, make(seeded(seed)))
    const { complaints, error } = await read(file)
    t.true(error === null || error instanceof ListError, `seed ${seed}: ${String(error)}`)
    const reported = error instanceof ListError ? [...complaints, error.message] : complaints
    for (const line of reported) {
      t.true(line.startsWith(`${file}:`), `seed ${seed}: ${line}`)
      t.notRegex(line, /[\p{Cc}\p{Cf}]|undefined|\[object/u, `seed ${seed}`)
    }
  }
}

for (const [ext, well] of Object.entries(WELL_FORMED)) {
  test(`a damaged .${ext} is reported, and does not end the process`, (t) =>
    neverThrows(t, `list.${ext}`, (random) => damaged(random, pick(random, well)), repetitions(40, 150)))
}

test('a damaged .xml.gz is reported, and does not end the process', (t) =>
  neverThrows(
    t,
    'list.xml.gz',
    (random) => {
      const packed = gzipSync(pick(random, WELL_FORMED.xml))
      const at = random.below(packed.length)
      if (random.below(2) === 0) packed[at] = random.below(256)
      return random.below(2) === 0 ? packed.subarray(0, at) : packed
    },
    repetitions(20, 80),
  ))

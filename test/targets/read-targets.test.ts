import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { MAX_LINE_BYTES } from '../../src/targets/line-splitter.ts'
import { ListError, readTargets } from '../../src/targets/read-targets.ts'
import type { TargetSources } from '../../src/targets/read-targets.ts'
import { directoryOf } from '../helpers/directory.ts'
import { pathOf, Program } from '../helpers/program.ts'
import { isThorough } from '../helpers/thorough.ts'
import { SCHEME_LIST } from '../../src/settings/schemes.ts'

/** The path of a new list. */
async function list(t: ExecutionContext, content: string | Uint8Array): Promise<string> {
  const path = join(directoryOf(t), 'urls.txt')
  await writeFile(path, content)
  return path
}

async function read(sources: Partial<TargetSources>): Promise<{ urls: string[]; complaints: string[] }> {
  const urls: string[] = []
  const complaints: string[] = []
  const none = { urls: [], files: [], stdin: Readable.from([]) }
  await readTargets(
    { ...none, ...sources },
    { target: ({ url }) => urls.push(url), invalid: (line) => complaints.push(line) },
  )
  return { urls, complaints }
}

/** Reads a list and takes its path off the complaints. */
async function readList(
  t: ExecutionContext,
  content: string | Uint8Array,
): Promise<{ urls: string[]; complaints: string[] }> {
  const file = await list(t, content)
  const { urls, complaints } = await read({ files: [file] })
  return { urls, complaints: complaints.map((line) => line.replaceAll(file, 'FILE')) }
}

test('arguments come first, then the lists in order; each complaint has its place', async (t) => {
  const one = await list(t, 'http://one.example/\nhttp://one.example/\none.example\n')
  const two = await list(t, '# two\nhttp://two.example/ # here\n\nftp://two.example/')
  t.deepEqual(await read({ urls: ['http://c.example', 'c'], files: [two, one] }), {
    urls: ['http://c.example/', 'http://two.example/', 'http://one.example/', 'http://one.example/'],
    complaints: [
      'argument 2: a URL begins with https:// or http://: did you mean "https://c"?',
      `${two}:4: only ${SCHEME_LIST} are polled, not "ftp"`,
      `${one}:3: a URL begins with https:// or http://: did you mean "https://one.example"?`,
    ],
  })
})

test('a dash reads standard input', async (t) => {
  const stdin = Readable.from([Buffer.from('http://a.exam'), Buffer.from('ple/\nb')])
  t.deepEqual(await read({ files: ['-'], stdin }), {
    urls: ['http://a.example/'],
    complaints: ['stdin:2: a URL begins with https:// or http://: did you mean "https://b"?'],
  })
  const error = await t.throwsAsync(read({ files: ['-', '-'] }), { instanceOf: ListError })
  t.is(error.message, 'stdin: can be read only once')
})

test('standard input of a process is read while its writer goes on writing', async (t) => {
  const reader = new Program(t, [], { script: pathOf('read-list'), input: null })
  reader.child.stdin?.write('http://a.example/\nhttp://b')
  await reader.until(({ stdout }) => stdout === 'http://a.example/\n')
  reader.child.stdin?.end('.example/')
  t.like(await reader.ended(), { code: 0, stdout: 'http://a.example/\nhttp://b.example/\n', stderr: '' })
})

test('line ends, a byte order mark and a missing last line break', async (t) => {
  const text = '\ufeffhttp://a.example/\r\n\r\n# c\r\nb\r\nhttp://c.example/\nhttp://d.example/'
  t.deepEqual(await readList(t, text), {
    urls: ['http://a.example/', 'http://c.example/', 'http://d.example/'],
    complaints: ['FILE:4: a URL begins with https:// or http://: did you mean "https://b"?'],
  })
  t.deepEqual(await readList(t, '\ufeff# a comment\nhttp://a.example/\n'), {
    urls: ['http://a.example/'],
    complaints: [],
  })
  // As `cat` leaves it between two lists.
  t.deepEqual(await readList(t, 'http://a.example/\n\ufeffhttp://b.example/'), {
    urls: ['http://a.example/', 'http://b.example/'],
    complaints: [],
  })
})

test('mistakes in options are reported with their column, in characters', async (t) => {
  const text = [
    'http://a.example/ interval=1s label.team="a b" # fine',
    '  http://b.example/ intervall=1s method=get',
    'http://c.example/ label.a="😀" timeout=x',
    'ftp://d.example/ recheck=off recheck=on',
  ].join('\n')
  t.deepEqual(await readList(t, text), {
    urls: ['http://a.example/'],
    complaints: [
      'FILE:2:21: unknown setting "intervall": did you mean "interval"?\n' +
        'FILE:2:41: method: methods are written in capitals: did you mean GET?',
      'FILE:3:39: timeout: not a duration, such as 250ms, 1.5s, 2m or 1h',
      `FILE:4: only ${SCHEME_LIST} are polled, not "ftp"\nFILE:4:30: recheck: already set`,
    ],
  })
})

test('an empty list is not an error', async (t) => {
  t.deepEqual(await readList(t, ''), { urls: [], complaints: [] })
  t.deepEqual(await readList(t, '\ufeff'), { urls: [], complaints: [] })
  t.deepEqual(await readList(t, '\n\n'), { urls: [], complaints: [] })
})

test('a NUL or invalid UTF-8 makes only its line invalid', async (t) => {
  const bytes = Buffer.from(
    'http://a.example/\nhttp://b.example/\0\nhttp://c.example/\xff\nhttp://d.example/\n',
    'latin1',
  )
  t.deepEqual(await readList(t, bytes), {
    urls: ['http://a.example/', 'http://d.example/'],
    complaints: [
      'FILE:2: it contains a NUL character: is this a text file?',
      'FILE:3: the line is not UTF-8',
    ],
  })
})

test('a UTF-16 list is not taken for one in UTF-8', async (t) => {
  const { urls, complaints } = await readList(t, Buffer.from('\ufeff# c\nhttp://a.example/\n', 'utf16le'))
  t.deepEqual(urls, [])
  t.is(complaints[0], 'FILE:1: the line is not UTF-8')
  t.is(complaints[1], 'FILE:2: it contains a NUL character: is this a text file?')
})

test('a line that is too long is counted, not kept in memory', async (t) => {
  const line = (bytes: number) => `http://a.example/${'x'.repeat(bytes - 17)}`
  const { urls, complaints } = await readList(
    t,
    [line(MAX_LINE_BYTES), line(MAX_LINE_BYTES + 1), line(1 << 20), 'http://b.example/', line(1 << 20)].join(
      '\n',
    ),
  )
  t.deepEqual(urls, ['http://b.example/'])
  t.deepEqual(complaints, [
    'FILE:1: it is 65536 characters long; the limit is 8192',
    'FILE:2: the line is 65537 bytes long; the limit is 65536',
    'FILE:3: the line is 1048576 bytes long; the limit is 65536',
    'FILE:5: the line is 1048576 bytes long; the limit is 65536',
  ])
})

test('a line without an end does not fill the memory', async (t) => {
  const chunk = Buffer.alloc(1 << 16, 'x')
  let held = 0
  const stdin = Readable.from(
    (function* () {
      const before = process.memoryUsage().arrayBuffers
      for (let sent = 0; sent < 4096; sent++) {
        held = Math.max(held, process.memoryUsage().arrayBuffers - before)
        yield chunk
      }
    })(),
  )
  const { complaints } = await read({ files: ['-'], stdin })
  t.deepEqual(complaints, ['stdin:1: the line is 268435456 bytes long; the limit is 65536'])
  t.true(held < 64 << 20, `${held} bytes held of 256 MiB`)
})

test('a list reads the same in any two pieces', async (t) => {
  for (const comment of ['# ü', '#']) {
    const bytes = Buffer.from(`\ufeffhttp://a.example/ü\r\n${comment}\r\nhttp://b.example/\n`)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const stdin = Readable.from([bytes.subarray(0, cut), bytes.subarray(cut)])
      const { urls, complaints } = await read({ files: ['-'], stdin })
      t.deepEqual(urls, ['http://a.example/%C3%BC', 'http://b.example/'])
      t.deepEqual(complaints, [])
    }
  }
})

test('credentials and terminal escapes of a list do not reach its complaints', async (t) => {
  const { complaints } = await readList(
    t,
    [
      'https://user:sec/ret@a.example/',
      'https://user:sec ret@a.example/',
      'user:secret@a.example',
      'ftp://user:secret@a.example/',
      'https://user:secret@a..example/',
      'https://user:secret@*.example/',
      'https://user:secret@a.example/ password=secret',
      'https://user:secret@a.example/ header.X-Key="secret',
      '\u001b[31mhttps://a.example/',
      'x\u009b31m',
      'a\u0301\u202e.example',
    ].join('\n'),
  )
  t.is(complaints.length, 11)
  for (const complaint of complaints) {
    t.notRegex(complaint, /secret|sec\b|\bret/)
    // oxlint-disable-next-line no-control-regex
    t.notRegex(complaint.replaceAll('\n', ' '), /[\u0000-\u001f\u007f-\u009f\u202e]/)
  }
})

test("a list that can't be read is an error with its name", async (t) => {
  const path = directoryOf(t)
  const missing = join(path, 'missing.txt')
  const error = await t.throwsAsync(read({ files: [missing] }), { instanceOf: ListError })
  t.is(error.message, `${missing}: no such file or directory`)
  t.is(error.file, missing)
  t.is((error.cause as NodeJS.ErrnoException).code, 'ENOENT')
  const noFile = await t.throwsAsync(read({ files: [path] }), { instanceOf: ListError })
  t.is(noFile.message, `${path}: it is a directory; only regular files and pipes can be read`)
})

test('a broken stream is an error with its cause', async (t) => {
  const broken = () =>
    Readable.from(
      (function* () {
        yield Buffer.from('http://a.example/\n')
        throw new Error('the pipe broke')
      })(),
    )
  const error = await t.throwsAsync(read({ files: ['-'], stdin: broken() }), { instanceOf: ListError })
  t.is(error.message, 'stdin: the pipe broke')
  t.is((error.cause as Error).message, 'the pipe broke')
})

test('an error of the sink is not blamed on the list', async (t) => {
  const full = new RangeError('full')
  const file = await list(t, 'http://a.example/\n')
  const sink = {
    target: () => {
      throw full
    },
    invalid: () => t.fail(),
  }
  const error = await t.throwsAsync(readTargets({ urls: [], files: [file], stdin: Readable.from([]) }, sink))
  t.is(error, full)
})

if (isThorough)
  test('a million lines are read with little memory', async (t) => {
    const reader = new Program(t, ['count'], { script: pathOf('read-list'), input: null })
    await pipeline(function* () {
      for (let line = 0; line < 1_000_000; line += 1_000) {
        yield Array.from({ length: 1_000 }, (_, n) => `http://h${n}.example/${line + n}\n`).join('')
      }
    }, reader.child.stdin as Writable)
    const { stdout } = await reader.ended()
    const { urls, maxRss } = JSON.parse(stdout) as { urls: number; maxRss: number }
    t.is(urls, 1_000_000)
    t.true(maxRss < 300e6, `${maxRss} bytes`)
  })

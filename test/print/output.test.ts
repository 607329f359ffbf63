import test from 'ava'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { ExecutionContext } from 'ava'
import { Output } from '../../src/print/output.ts'
import { TOO_SLOW } from '../../src/print/text/printer.ts'
import { pipedOutput } from '../helpers/piped-output.ts'
import type { OutputReply } from '../helpers/piped-output.ts'
import { directoryOf } from '../helpers/directory.ts'

/** Long enough that only what never comes is given up. */
const LONG = 30_000
/** For what does never come. */
const SHORT = 100

/** Not of what may take nothing: the Output would go on to write to a descriptor that is closed. */
function opened(t: ExecutionContext, path: string, flags: string, maxBuffered = 2 ** 26) {
  const fd = openSync(path, flags)
  t.teardown(() => closeSync(fd))
  const codes: string[] = []
  return { output: new Output(fd, (code) => codes.push(code), { maxBuffered }), codes }
}

/** Reads exactly `length` bytes. */
async function read(reader: Readable, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for (let got = 0; got < length;) {
    const chunk = reader.read() as Buffer | null
    if (chunk === null) {
      await once(reader, 'readable')
    } else {
      chunks.push(chunk)
      got += chunk.length
    }
  }
  const all = Buffer.concat(chunks)
  if (all.length > length) reader.unshift(all.subarray(length))
  return all.subarray(0, length)
}

test('what is written to a pipe arrives, in order', async (t) => {
  const { ask, reader } = pipedOutput(t, 'cat')
  const write = Array.from({ length: 20_000 }, (_, line) => `line ${line} ü 🚀\n`)
  const expected = Buffer.from(write.join(''))
  const answer = ask({ write, flush: LONG })
  t.true((await read(reader, expected.length)).equals(expected))
  t.deepEqual(await answer, { out: true, codes: [], dropped: 0 })
})

test('what is written to a file is in it, also over several flushes', async (t) => {
  const directory = directoryOf(t)
  const path = join(directory, 'out')
  const { output } = opened(t, path, 'w')
  let expected = ''
  for (let part = 0; part < 3; part++) {
    for (let line = 0; line < 5_000; line++) {
      const text = `part ${part} line ${line} – ${'x'.repeat(line % 100)}\n`
      output.write(text)
      expected += text
    }
    t.true(await output.flush(LONG))
    t.true(readFileSync(path, 'utf8') === expected)
  }
})

test('flushing nothing resolves', async (t) => {
  t.true(await opened(t, '/dev/null', 'w').output.flush(null))
  t.like(await pipedOutput(t, 'cat').ask({ write: [], flush: null }), { out: true })
})

test('a reader that has gone: said once, what follows is dropped and counted, flushes resolve', async (t) => {
  const { ask, reader } = pipedOutput(t, 'head -n 1')
  t.deepEqual(await ask({ write: ['first\n'], flush: LONG }), { out: true, codes: [], dropped: 0 })
  t.is(String(await read(reader, 6)), 'first\n')
  // It goes in its own time.
  let answer: OutputReply
  do answer = await ask({ write: ['second\n'], flush: null })
  while (answer.codes.length === 0)
  t.deepEqual(answer, { out: false, codes: ['EPIPE'], dropped: 0 })
  t.deepEqual(await ask({ write: ['third\n', 'fourth\n'], flush: null }), {
    out: false,
    codes: ['EPIPE'],
    dropped: 2,
  })
})

test('a reader that goes while a flush waits for it', async (t) => {
  const { ask, reader } = pipedOutput(t, 'cat 2>&-')
  const answer = ask({ write: ['x'.repeat(4_000_000)], flush: null })
  await read(reader, 1)
  reader.destroy()
  t.deepEqual(await answer, { out: false, codes: ['EPIPE'], dropped: 0 })
})

test('a full disk: said once, the text is tried again, what is over the bound is dropped, flushes resolve', async (t) => {
  const { output, codes } = opened(t, '/dev/full', 'w', 100)
  output.write('x'.repeat(60))
  t.false(await output.flush(null))
  t.deepEqual(codes, ['ENOSPC'])
  t.is(output.dropped, 0)
  output.write('y'.repeat(60))
  t.false(await output.flush(null))
  output.write('z'.repeat(60))
  t.is(output.dropped, 1)
  t.false(await output.flush(null))
  t.deepEqual(codes, ['ENOSPC'])
})

test('a reader that stalls: what is over the bound is dropped, what was taken arrives when it reads again', async (t) => {
  const { ask, reader } = pipedOutput(t, 'cat', 1_000_000)
  const line = `${'x'.repeat(999)}\n`
  const size = 5_000
  const { dropped, ...stalled } = await ask({ write: Array.from({ length: size }, () => line), flush: SHORT })
  const codes = [TOO_SLOW]
  t.deepEqual(stalled, { out: false, codes })
  // A thousand wait, and a little is on its way.
  t.true(dropped > 3_000 && dropped < 4_000, String(dropped))
  t.deepEqual(await ask({ write: [], flush: SHORT }), { out: false, codes, dropped })
  const answer = ask({ write: [], flush: LONG })
  await read(reader, (size - dropped) * line.length)
  t.deepEqual(await answer, { out: true, codes, dropped })
  t.deepEqual(await ask({ write: ['the end\n'], flush: LONG }), { out: true, codes, dropped })
  t.is(String(await read(reader, 8)), 'the end\n')
})

test('a slow reader has all the time it uses: with each block that it takes, its time begins anew', async (t) => {
  const { ask, reader } = pipedOutput(t, 'cat')
  const blocks = 40
  const block = 'x'.repeat(64 * 1024)
  const answer = ask({ write: Array.from({ length: blocks }, () => block), flush: LONG, counted: true })
  await read(reader, blocks * block.length)
  const { restarts = 0, ...others } = await answer
  t.deepEqual(others, { out: true, codes: [], dropped: 0 })
  t.true(restarts >= blocks, `${restarts} times`)
})

test('a terminal that takes nothing: neither a failure nor a hang', async (t) => {
  // The master of a pseudo-terminal whose slave nobody reads.
  const { ask } = pipedOutput(t, 'cat', 2 ** 26, '/dev/ptmx')
  const write = [`${'x'.repeat(99)}\n`.repeat(10_000)]
  t.deepEqual(await ask({ write, flush: SHORT }), { out: false, codes: [], dropped: 0 })
})

import test from 'ava'
import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { Output } from '../../src/print/output.ts'
import { fifo, temporaryDirectory } from '../helpers/fifo.ts'

/** Long enough that only what never comes is given up. */
const LONG = 20_000
/** For what does never come. */
const SHORT = 50

function opened(fd: number, mostWaiting?: number): { output: Output; codes: string[] } {
  const codes: string[] = []
  return {
    output: new Output(fd, (code) => codes.push(code), mostWaiting === undefined ? {} : { mostWaiting }),
    codes,
  }
}

test('what is written to a pipe arrives, in order', async (t) => {
  const { fd, reader } = fifo(t)
  const { output, codes } = opened(fd)
  let text = ''
  reader
    .setEncoding('utf8')
    .on('data', (chunk: string) => (text += chunk))
    .resume()
  let expected = ''
  for (let line = 0; line < 20_000; line++) {
    output.write(`line ${line} ü 🚀\n`)
    expected += `line ${line} ü 🚀\n`
  }
  t.true(await output.flush(LONG))
  while (text.length < expected.length) await once(reader, 'data')
  t.true(text === expected)
  t.deepEqual(codes, [])
  t.is(output.dropped, 0)
})

test('what is written to a file is in it, also over several flushes', async (t) => {
  const path = join(temporaryDirectory(t), 'out')
  const { output } = opened(openSync(path, 'w'))
  let expected = ''
  for (let part = 0; part < 3; part++) {
    for (let line = 0; line < 5_000; line++) {
      output.write(`part ${part} line ${line} – ${'x'.repeat(line % 100)}\n`)
      expected += `part ${part} line ${line} – ${'x'.repeat(line % 100)}\n`
    }
    t.true(await output.flush(LONG))
    t.true(readFileSync(path, 'utf8') === expected)
  }
})

test('flushing nothing resolves', async (t) => {
  t.true(await opened(openSync('/dev/null', 'w')).output.flush(LONG))
  t.true(await opened(fifo(t).fd).output.flush(LONG))
})

test('a reader that has gone: said once, what follows is dropped and counted, flushes resolve', async (t) => {
  const { fd, reader } = fifo(t)
  const { output, codes } = opened(fd)
  reader.destroy()
  await once(reader, 'close')
  output.write('first\n')
  output.write('second\n')
  t.false(await output.flush(LONG))
  t.deepEqual(codes, ['EPIPE'])
  const { dropped } = output
  output.write('third\n')
  output.write('fourth\n')
  t.is(output.dropped, dropped + 2)
  t.false(await output.flush(LONG))
  t.deepEqual(codes, ['EPIPE'])
})

test('a reader that goes while a flush waits for it', async (t) => {
  const { fd, reader } = fifo(t)
  const { output, codes } = opened(fd)
  output.write('x'.repeat(1_000_000))
  const flushes = [output.flush(LONG), output.flush(LONG)]
  reader.destroy()
  t.deepEqual(await Promise.all(flushes), [false, false])
  t.deepEqual(codes, ['EPIPE'])
})

test('a full disk: said once, the text is tried again, what is over the bound is dropped, flushes resolve', async (t) => {
  const { output, codes } = opened(openSync('/dev/full', 'w'), 100)
  output.write('x'.repeat(60))
  t.false(await output.flush(LONG))
  t.deepEqual(codes, ['ENOSPC'])
  t.is(output.dropped, 0)
  output.write('y'.repeat(60))
  t.false(await output.flush(LONG))
  output.write('z'.repeat(60))
  t.is(output.dropped, 1)
  t.false(await output.flush(LONG))
  t.deepEqual(codes, ['ENOSPC'])
})

test('a reader that stalls: what is over the bound is dropped, what was taken arrives when it reads again', async (t) => {
  const { fd, reader } = fifo(t)
  const { output, codes } = opened(fd, 1_000_000)
  const line = `${'x'.repeat(999)}\n`
  for (let i = 0; i < 5_000; i++) output.write(line)
  const { dropped } = output
  t.true(dropped > 3_000 && dropped < 4_100, String(dropped))
  t.false(await output.flush(SHORT))
  t.false(await output.flush(SHORT))
  let read = 0
  reader.on('data', (chunk: Buffer) => (read += chunk.length)).resume()
  t.true(await output.flush(LONG))
  output.write('the end\n')
  t.is(output.dropped, dropped)
  t.true(await output.flush(LONG))
  const expected = (5_000 - dropped) * line.length + 'the end\n'.length
  while (read < expected) await once(reader, 'data')
  t.is(read, expected)
  t.deepEqual(codes, [])
})

test('a slow reader has all the time it uses', async (t) => {
  const { fd, reader } = fifo(t)
  const { output } = opened(fd)
  output.write('x'.repeat(64 * 1024))
  for (let block = 0; block < 30; block++) output.write('x'.repeat(64 * 1024))
  let read = 0
  reader.on('data', (chunk: Buffer) => {
    read += chunk.length
    reader.pause()
    setTimeout(() => reader.resume(), 50)
  })
  reader.resume()
  // All of it takes longer than a reader may stall.
  t.true(await output.flush(1_000))
  while (read < 31 * 64 * 1024) await once(reader, 'data')
  t.is(read, 31 * 64 * 1024)
})

test('a terminal that takes nothing: neither a failure nor a hang', async (t) => {
  // The master of a pseudo-terminal whose slave nobody reads.
  const fd = openSync('/dev/ptmx', constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY)
  t.teardown(() => closeSync(fd))
  const { output, codes } = opened(fd)
  output.write(`${'x'.repeat(99)}\n`.repeat(10_000))
  t.false(await output.flush(SHORT))
  t.deepEqual(codes, [])
})

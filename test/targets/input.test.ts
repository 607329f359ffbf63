import { execFileSync } from 'node:child_process'
import { constants } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import { inputBytes, inputText } from '../../src/targets/input.ts'
import { directoryOf } from '../helpers/directory.ts'

test('a regular file is read up to its bound', async (t) => {
  const path = join(directoryOf(t), 'file')
  for (const size of [0, 1, 2 ** 20 - 1, 2 ** 20]) {
    await writeFile(path, 'x'.repeat(size))
    t.is((await inputText(path, 2 ** 20)).length, size)
  }
  await writeFile(path, 'x'.repeat(2 ** 20 + 1))
  await t.throwsAsync(inputText(path, 2 ** 20), { message: 'it is larger than 1 MiB' })
})

test('only regular files and pipes are read', async (t) => {
  const directory = directoryOf(t)
  await t.throwsAsync(inputText('/dev/zero', 10), { message: /^it is a device: / })
  await t.throwsAsync(inputText(directory, 10), { message: /^it is a directory: / })
  const server = createServer().listen(join(directory, 'socket'))
  t.teardown(() => server.close())
  await t.throwsAsync(inputText(join(directory, 'socket'), 10), { message: /^it is a socket: / })
  await t.throwsAsync(inputText(join(directory, 'none'), 10), { code: 'ENOENT' })
})

test('a FIFO is read from its first writer to the end of its last, and up to its bound', async (t) => {
  const path = join(directoryOf(t), 'fifo')
  execFileSync('mkfifo', [path])
  const text = inputText(path, 100)
  // Opens when it is being read.
  const writer = await open(path, constants.O_WRONLY)
  await writer.write('a\n')
  const second = await open(path, constants.O_WRONLY)
  await writer.close()
  await second.write('b\n')
  await second.close()
  t.is(await text, 'a\nb\n')

  const long = inputText(path, 100)
  await writeFile(path, 'x'.repeat(101))
  await t.throwsAsync(long, { message: /^it is larger than / })
})

test('who reads no more of a FIFO leaves nothing open', async (t) => {
  const path = join(directoryOf(t), 'fifo')
  execFileSync('mkfifo', [path])
  const bytes = inputBytes(path, 100)
  const first = bytes.next()
  const writer = await open(path, constants.O_WRONLY)
  await writer.write('a')
  t.deepEqual(await first, { value: Buffer.from('a'), done: false })
  await bytes.return(undefined)
  await t.throwsAsync(
    async () => {
      for (;;) await writer.write('b')
    },
    { code: 'EPIPE' },
  )
  await writer.close()
})

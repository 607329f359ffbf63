import { execFileSync } from 'node:child_process'
import { constants } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import { inputText } from '../../src/targets/input-file.ts'
import { directoryOf } from '../helpers/directory.ts'
import { pathOf, Program } from '../helpers/program.ts'

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
  await t.throwsAsync(inputText('/dev/zero', 10), { message: /^it is a device; / })
  await t.throwsAsync(inputText(directory, 10), { message: /^it is a directory; / })
  const server = createServer().listen(join(directory, 'socket'))
  t.teardown(() => server.close())
  await t.throwsAsync(inputText(join(directory, 'socket'), 10), { message: /^it is a socket; / })
  await t.throwsAsync(inputText(join(directory, 'none'), 10), { code: 'ENOENT' })
})

test('of a file that is missing, the one beside it that is most like it is named', async (t) => {
  const directory = directoryOf(t)
  await writeFile(join(directory, 'headcount.yml'), '')
  const message = 'no such file or directory: was "headcount.yml" meant?'
  await t.throwsAsync(inputText(join(directory, 'headcount.yaml'), 10), { message })
  await t.throwsAsync(inputText(join(directory, 'urls.txt'), 10), { code: 'ENOENT' })
  await t.throwsAsync(inputText(join(directory, 'none', 'headcount.yaml'), 10), { code: 'ENOENT' })
})

const script = pathOf('read-input')

test('a FIFO is read from its first writer to the end of its last, and up to its bound', async (t) => {
  const path = join(directoryOf(t), 'fifo')
  execFileSync('mkfifo', [path])
  const reader = new Program(t, [path, '100'], { script })
  // Opens when it is being read.
  const writer = await open(path, constants.O_WRONLY)
  await writer.write('a\n')
  const second = await open(path, constants.O_WRONLY)
  await writer.close()
  await second.write('b\n')
  await second.close()
  t.like(await reader.ended(), { code: 0, stdout: 'a\nb\n' })

  const long = new Program(t, [path, '100'], { script })
  await writeFile(path, 'x'.repeat(101))
  const { code, stderr } = await long.ended()
  t.is(code, 1)
  t.regex(stderr, /^it is larger than /)
})

test('a FIFO that is no longer read is closed', async (t) => {
  const path = join(directoryOf(t), 'fifo')
  execFileSync('mkfifo', [path])
  const reader = new Program(t, [path, '100', 'first'], { script })
  const writer = await open(path, constants.O_WRONLY)
  await writer.write('a')
  await reader.until(({ stdout }) => stdout === 'a')
  await t.throwsAsync(
    async () => {
      for (;;) await writer.write('b')
    },
    { code: 'EPIPE' },
  )
  await writer.close()
})

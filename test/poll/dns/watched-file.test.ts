import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import test from 'ava'
import { WatchedFile } from '../../../src/poll/dns/watched-file.ts'
import { nameFiles } from '../../helpers/test-dialer.ts'

test('a file is read again only when it has changed', async (t) => {
  const { hosts: path } = await nameFiles(t, { hosts: 'one' })
  let parsed = 0
  const file = new WatchedFile(path, (text) => {
    parsed++
    return text
  })
  t.is(file.value, '')
  t.deepEqual([await file.check(), file.value], [true, 'one'])
  t.deepEqual([await file.check(), file.value, parsed], [false, 'one', 2])
  await writeFile(path, 'another')
  t.deepEqual([await file.check(), file.value], [true, 'another'])
  await writeFile(`${path}.new`, 'renamed')
  await rename(`${path}.new`, path)
  t.deepEqual([await file.check(), file.value], [true, 'renamed'])
})

test('a file that does not exist or cannot be read counts as empty', async (t) => {
  const { hosts: path } = await nameFiles(t, { hosts: 'one' })
  const file = new WatchedFile(path, (text) => text)
  await file.check()
  await rm(path)
  t.deepEqual([await file.check(), file.value], [true, ''])
  t.false(await file.check())
  await mkdir(path)
  t.deepEqual([await file.check(), file.value], [true, ''])
  await rm(path, { recursive: true })
  await writeFile(path, 'again')
  t.deepEqual([await file.check(), file.value], [true, 'again'])
})

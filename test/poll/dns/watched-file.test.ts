import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import test from 'ava'
import { WatchedFile } from '../../../src/poll/dns/watched-file.ts'
import { nameFiles } from '../../helpers/test-dialer.ts'

test('is read again when it is another than before, and only then', async (t) => {
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

test('counts as empty when it is not there or cannot be read', async (t) => {
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

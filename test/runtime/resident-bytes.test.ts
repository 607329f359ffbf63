import test from 'ava'
import { residentBytes } from '../../src/runtime/resident-bytes.ts'

test('the memory of the process is told without a free descriptor too', (t) => {
  const { rss } = process.memoryUsage
  t.true(residentBytes() > 1e6)
  process.memoryUsage.rss = () => {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
  }
  t.teardown(() => {
    process.memoryUsage.rss = rss
  })
  t.true(residentBytes() > 1e6)
})

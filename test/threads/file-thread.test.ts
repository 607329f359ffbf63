import test from 'ava'
import { startTimeoutMs } from '../../src/threads/file-thread.ts'

test('a thread has longer to open a large file, all of which it checks', (t) => {
  t.is(startTimeoutMs(0), 30_000)
  t.is(startTimeoutMs(32_000_000), 46_000)
  t.is(startTimeoutMs(1_000_000_000), 530_000)
})

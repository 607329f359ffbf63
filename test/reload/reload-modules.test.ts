import test from 'ava'
import { reloadAll } from '../../src/reload/reload-modules.ts'

test('what was read again is said, also if that is nothing', async (t) => {
  const modules = { reload: () => Promise.resolve([]) }
  const subjectOf = async (canChange: boolean, own: typeof modules | null) => {
    const lists = { canChange, readAgain: () => Promise.resolve([]) }
    return (await reloadAll(lists, own, t.fail)).subject
  }
  t.is(await subjectOf(true, modules), 'the lists and the modules of /probe')
  t.is(await subjectOf(false, modules), 'the modules of /probe')
  t.is(await subjectOf(true, null), 'the lists')
  // Of a run with --once, or whose URLs are arguments.
  t.is(await subjectOf(false, null), 'no lists')
})

// ava loads this in each thread of tests. It begins all tests of a file together: of fifty, each would take as long as all of them, and
// on a busy machine longer than any deadline. ava has no setting for that.
import { Turns } from '../helpers/turns.ts'

const MAX_AT_ONCE = 8

interface Runner {
  runTest(task: unknown, context: unknown): Promise<boolean>
}

const file = new URL('../../node_modules/ava/lib/runner.js', import.meta.url).href
const { default: AvaRunner } = (await import(file)) as { default: { prototype: Runner } }
const { runTest } = AvaRunner.prototype
const turns = new Turns(MAX_AT_ONCE)
AvaRunner.prototype.runTest = async function runTestInTurn(this: Runner, ...args) {
  await turns.begin()
  try {
    return await Reflect.apply(runTest, this, args)
  } finally {
    turns.end()
  }
}

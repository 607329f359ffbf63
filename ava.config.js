import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { testOrder } from './test/helpers/test-order.ts'

const { TESTS_SEED, TESTS_THOROUGH, TESTS_LIGHTHOUSE, NODE_V8_COVERAGE } = process.env
const compiled = fileURLToPath(new URL('node_modules/.cache/node', import.meta.url))

/** The tests of `npm run thorough`: those that `npm test` does not run, and those that repeat more there. */
function thoroughTests() {
  const repeating = globSync('test/**/*.test.ts').filter((file) =>
    readFileSync(file, 'utf8').includes("/helpers/thorough.ts'"),
  )
  return ['test/thorough/**/*.test.ts', ...repeating]
}

function testFiles() {
  if (TESTS_LIGHTHOUSE === '1') return ['test/lighthouse/*.test.ts']
  // The thorough tests take minutes: `npm run thorough` runs them, and `.ci/run` does.
  if (TESTS_THOROUGH === '1') return thoroughTests()
  return ['test/**/*.test.ts', '!test/thorough/**', '!test/lighthouse/**']
}

export default {
  extensions: ['ts'],
  require: ['./test/run/at-once.ts'],
  files: testFiles(),
  timeout: '2m',
  // Most files wait for deadlines and for programs more than they use the processor. Coverage makes them slower, and so later.
  concurrency: availableParallelism() + (NODE_V8_COVERAGE === undefined ? 4 : 1),
  sortTestFiles: testOrder(TESTS_SEED),
  // Each file is a thread and many tests start processes. What they load is compiled once, which halves the time that the tests
  // take; but with it coverage is counted less exactly.
  environmentVariables: {
    ...(NODE_V8_COVERAGE === undefined ? { NODE_COMPILE_CACHE: compiled } : {}),
    // Tests count polls, and a retry takes a second. Those of retries unset it.
    HEADCOUNT_RETRIES: '0',
  },
}

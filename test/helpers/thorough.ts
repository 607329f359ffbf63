// A test file that imports this is run by `npm test` and once more by `npm run thorough` (see ava.config.js).

/** Whether the tests are run by `npm run thorough`. */
export const isThorough = process.env['TESTS_THOROUGH'] === '1'

/** How often a test repeats something: `few` times in `npm test`, `many` times in `npm run thorough`. */
export const repetitions = (few: number, many: number): number => (isThorough ? many : few)

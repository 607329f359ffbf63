import { fileURLToPath } from 'node:url'

/** The program from its source. */
export const sourceCli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** The program that tests run: as `npm test` built it, which starts in half the time; from its source when ava is run by itself. */
export const cli = process.env['TESTS_PROGRAM'] ?? sourceCli

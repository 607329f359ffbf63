import { compareWithUndici } from './undici.ts'

// `npm run compare:undici -- [SEED [COUNT]]`: see `compareWithUndici`. Prints the first mistakes.

const MAX_PRINTED = 100

const [seed = String(Date.now() % 1_000_000), count = '1000000'] = process.argv.slice(2)
const { takenBy, mistakes } = await compareWithUndici(Number(seed), Number(count))
const said = Object.entries(takenBy).map(([who, times]) => `${times} ${who}`)
process.stdout.write(
  mistakes
    .slice(0, MAX_PRINTED)
    .map((line) => `${line}\n`)
    .join(''),
)
process.stdout.write(
  `seed ${seed}: ${count} answers, ${mistakes.length} mistakes; taken by ${said.join(', ')}\n`,
)
process.exitCode = mistakes.length > 0 ? 1 : 0

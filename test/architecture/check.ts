import { arrowsOf, problemsOf, readImports } from './imports.ts'
import { ROOMS } from './rooms.ts'

// `npm run imports`: whether each file imports only what rooms.ts allows its folder.

const imports = readImports()
const problems = problemsOf(ROOMS, imports)
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.stdout.write(`${ROOMS.length - 1} folders in src, ${arrowsOf(imports).length} arrows between them\n`)
process.exitCode = problems.length === 0 ? 0 : 1

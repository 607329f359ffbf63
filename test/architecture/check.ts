import { arrowsOf, problemsOf, readImports, roomArrowsOf } from './imports.ts'
import { ROOMS } from './rooms.ts'

// `npm run imports`: whether each file imports only what rooms.ts allows its folder.

const imports = readImports()
const problems = problemsOf(ROOMS, imports)
for (const problem of problems) process.stderr.write(`${problem}\n`)
const rooms = new Set(ROOMS.map(({ name }) => name.split('/')[0])).size - 1
process.stdout.write(
  `${rooms} rooms in src, ${roomArrowsOf(imports).length} arrows between them; with their folders ${ROOMS.length - 1} and ${arrowsOf(imports).length}\n`,
)
process.exitCode = problems.length === 0 ? 0 : 1

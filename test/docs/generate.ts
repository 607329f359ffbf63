import { writeFileSync } from 'node:fs'
import { generatedPages } from './generated.ts'

// `npm run docs`: writes the generated parts of the documentation.

for (const { path, wanted, text } of await generatedPages()) if (wanted !== text) writeFileSync(path, wanted)

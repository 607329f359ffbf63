import { writeFileSync } from 'node:fs'
import { generatedPages } from './generated.ts'

// `npm run docs`: writes the generated parts of the documentation and of schema/config.schema.json.

for (const { path, wanted, text } of await generatedPages()) if (wanted !== text) writeFileSync(path, wanted)

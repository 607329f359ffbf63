import { readFileSync, writeFileSync } from 'node:fs'

const BEGIN = '<!-- Written by `npm run bench -- --write`: from here -->'
const END = '<!-- to here. -->'

/** Puts the report between the two marks of a document. Throws if the document has no marks. */
export function writeDocument(path: string, text: string): void {
  const document = readFileSync(path, 'utf8')
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (begin === -1 || end < begin) throw new Error(`${path} has no place between "${BEGIN}" and "${END}"`)
  writeFileSync(path, `${document.slice(0, begin + BEGIN.length)}\n\n${text}\n${document.slice(end)}`)
}

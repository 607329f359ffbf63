import { Output } from '../../src/print/output.ts'
import { csvDocument } from '../../src/print/text/csv.ts'
import { DocumentPrinter } from '../../src/print/text/document-printer.ts'
import { stateMapOf } from '../helpers/state-map.ts'
import { summary } from '../helpers/summary.ts'

// Prints a CSV document to standard output. Arguments: its number of rows, and the bound of the Output. Standard error has what it tells.

const [, , rows, maxBuffered] = process.argv.map(Number)
const urls = Array.from({ length: rows as number }, (_, n) => `https://a.example/${n}`)
const output = new Output(1, (code) => process.stderr.write(`${code}\n`), {
  maxBuffered: maxBuffered as number,
})
await new DocumentPrinter(output, csvDocument).finish(summary, stateMapOf(urls))
await output.flush(null)

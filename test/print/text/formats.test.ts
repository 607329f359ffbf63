import test from 'ava'
import { FLAGS } from '../../../src/command/flag-table.ts'
import { createPrinters } from '../../../src/print/create-printers.ts'
import { DocumentPrinter } from '../../../src/print/text/document-printer.ts'
import type { DocumentFormat } from '../../../src/print/text/document-printer.ts'
import { FORMATS, FORMAT_NAMES, formatNamed, formatOfFile } from '../../../src/print/text/formats.ts'
import type { OutputFormat } from '../../../src/print/text/formats.ts'
import type { Sink } from '../../../src/print/text/printer.ts'
import { looksLikeResults } from '../../../src/print/text/result-signatures.ts'
import { formatTable } from '../../docs/format-docs.ts'
import { down, up } from '../../helpers/state.ts'
import { stateMapOf } from '../../helpers/state-map.ts'
import { summary } from '../../helpers/summary.ts'

class TextSink implements Sink {
  readonly dropped = 0
  text = ''

  write(text: string): void {
    this.text += text
  }

  flush(): Promise<void> {
    return Promise.resolve()
  }
}

// One file and one row make a format everywhere.

const namesDocument: DocumentFormat = {
  header: () => 'names\n',
  row: (map, id) => `${map.url(id)}\n`,
  footer: '',
}
const row: OutputFormat = {
  name: 'names',
  purpose: 'a URL per line',
  extensions: ['.txt', '.text'],
  once: 'required',
  printsLast: true,
  printsChanges: false,
  recentPolls: false,
  places: false,
  jobSummary: null,
  beginnings: ['names\n'],
  createPrinter: (out) => new DocumentPrinter(out, namesDocument),
}
const formats = [...FORMATS, row]
const options = { changes: false, brief: false, once: true }

test('a new row prints, to the screen and to a file', async (t) => {
  const [screen, file] = [new TextSink(), new TextSink()]
  const to = [screen, file].map((sink) => ({ format: 'names', sink }))
  const printers = createPrinters(options, to, null, formats)
  const map = stateMapOf(['https://a.example/'], up(0))
  for (const printer of printers) await printer.finish(summary, map)
  t.deepEqual([screen.text, file.text], ['names\nhttps://a.example/\n', 'names\nhttps://a.example/\n'])
})

test('a new row is in the table of the documentation', (t) => {
  t.true(formatTable(formats).includes('| `names` | a URL per line | `.txt`, `.text` | only |\n'))
})

test('every row is a choice of --format, and nothing else is', (t) => {
  const flag = FLAGS.find(({ name }) => name === 'format')
  t.deepEqual(flag?.choices, ['auto', ...FORMAT_NAMES])
  t.throws(() => flag?.type.parse('names'), { instanceOf: RangeError })
})

for (const { name } of FORMATS) {
  test(`what ${name} prints is recognized as results`, async (t) => {
    const file = new TextSink()
    const map = stateMapOf(['https://a.example/'], down(0))
    for (const printer of createPrinters(options, [{ format: name, sink: file }])) {
      printer.state?.(down(0), true, map)
      await printer.finish(summary, map)
    }
    t.is(looksLikeResults(file.text), formatNamed(name).createPrinter !== null)
  })
}

test('each format has its printer, and several sinks of one format have the same lines', (t) => {
  const [screen, ...files] = [new TextSink(), new TextSink(), new TextSink(), new TextSink()]
  const names = ['quiet', 'json', 'json', 'log']
  const to = names.map((format, n) => ({ format, sink: n === 0 ? screen : (files[n - 1] as TextSink) }))
  const printers = createPrinters(options, to)
  t.is(printers.length, 2)
  for (const printer of printers) printer.state?.(up(0), true, stateMapOf(['https://a.example/'], up(0)))
  t.is(screen.text, '')
  t.true(files[0]?.text.startsWith('{"type":"state"'))
  t.is(files[0]?.text, files[1]?.text)
  t.is(files[2]?.text, '')
})

test('the extension of a file names its format', (t) => {
  const formatOf = (file: string) => formatOfFile(file)
  t.deepEqual(
    [
      'a.json',
      'a.b/c.JSONL',
      'a.ndjson',
      'a.ecs',
      'a.csv',
      'report.xml',
      '/var/log/a.log',
      'results',
      'a.json.1',
      'a.txt',
    ].map(formatOf),
    ['json', 'json', 'json', 'ecs', 'csv', 'junit', 'log', null, null, null],
  )
})

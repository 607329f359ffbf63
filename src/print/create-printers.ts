import { csvFormat } from './csv.ts'
import { DocumentPrinter } from './document-printer.ts'
import { JsonPrinter } from './json-printer.ts'
import { junitFormat } from './junit.ts'
import { LogPrinter } from './text/log-printer.ts'
import type { Format, MonitorOptions } from './text/monitor-options.ts'
import type { Printer, Sink } from './text/printer.ts'

/**
 * What prints the results: to `screen` in the format asked for, and to a file as well where there is one. `table` prints the
 * format of that name.
 */
export function createPrinters(
  options: MonitorOptions,
  screen: Sink,
  file: Sink | null,
  table: Printer | null = null,
): Printer[] {
  const { format } = options
  const fileFormat = format === 'quiet' || format === 'table' ? 'json' : format
  if (table !== null)
    return file === null ? [table] : [table, ...createFormatPrinters(fileFormat, options, file)]
  if (file === null) return createFormatPrinters(format, options, screen)
  if (fileFormat === format) return createFormatPrinters(format, options, tee(screen, file))
  return [
    ...createFormatPrinters(format, options, screen),
    ...createFormatPrinters(fileFormat, options, file),
  ]
}

function createFormatPrinters(format: Format, options: MonitorOptions, out: Sink): Printer[] {
  switch (format) {
    case 'quiet':
    case 'table':
      return []
    case 'json':
      return [new JsonPrinter(out, options)]
    case 'log':
      return [new LogPrinter(out, options)]
    case 'csv':
      return [new DocumentPrinter(out, csvFormat)]
    case 'junit':
      return [new DocumentPrinter(out, junitFormat)]
    default:
      return format satisfies never
  }
}

/** What is written goes to both: a printer that remembers what it has printed prints once. */
function tee(one: Sink, other: Sink): Sink {
  return {
    write(text) {
      one.write(text)
      other.write(text)
    },
    get dropped() {
      return one.dropped + other.dropped
    },
  }
}

import { formatNamed, FORMATS } from './text/formats.ts'
import type { OutputFormat } from './text/formats.ts'
import type { Printer, PrinterOptions, Sink } from './text/printer.ts'

/** A sink for results in a format. */
export interface FormattedSink {
  readonly format: string
  readonly sink: Sink
}

/** Makes the printers of a run: one for each format that a sink has. `table` is the printer of the live table. */
export function createPrinters(
  options: PrinterOptions,
  to: readonly FormattedSink[],
  table: Printer | null = null,
  formats: readonly OutputFormat[] = FORMATS,
): Printer[] {
  const printers = table === null ? [] : [table]
  for (const format of new Set(to.map((one) => one.format))) {
    const { createPrinter } = formatNamed(format, formats)
    const sinks = to.filter((one) => one.format === format).map(({ sink }) => sink)
    if (createPrinter !== null) printers.push(createPrinter(tee(sinks), options))
  }
  return printers
}

/** Writes to all: a printer that remembers what it has printed prints once. */
function tee(sinks: readonly Sink[]): Sink {
  const [only] = sinks
  if (sinks.length === 1 && only !== undefined) return only
  return {
    write(text) {
      for (const sink of sinks) sink.write(text)
    },
    get dropped() {
      return sinks.reduce((sum, { dropped }) => sum + dropped, 0)
    },
  }
}

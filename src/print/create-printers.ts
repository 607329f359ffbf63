import { formatNamed, FORMATS } from './text/formats.ts'
import type { OutputFormat } from './text/formats.ts'
import type { Printer, PrinterOptions, Sink } from './text/printer.ts'

/** A sink for results in a format. */
export interface FormattedSink {
  readonly format: string
  readonly sink: Sink
}

/**
 * Makes the printers of a run. Sinks of the same format share one, which remembers what it has printed, unless all is printed at the end:
 * then each has its own, so that a slow reader keeps no other waiting. `table` is the printer of the live table.
 */
export function createPrinters(
  options: PrinterOptions,
  to: readonly FormattedSink[],
  table: Printer | null = null,
  formats: readonly OutputFormat[] = FORMATS,
): Printer[] {
  const printers = table === null ? [] : [table]
  for (const format of new Set(to.map((one) => one.format))) {
    const { createPrinter, printsLast } = formatNamed(format, formats)
    if (createPrinter === null) continue
    const sinks = to.filter((one) => one.format === format).map(({ sink }) => sink)
    const apart = options.once && printsLast ? sinks : [tee(sinks)]
    for (const sink of apart) printers.push(createPrinter(sink, options))
  }
  return printers
}

/** Writes to all. */
function tee(sinks: readonly Sink[]): Sink {
  const [only] = sinks
  if (sinks.length === 1 && only !== undefined) return only
  return {
    write(text) {
      for (const sink of sinks) sink.write(text)
    },
    flush: (stalledMs) => Promise.all(sinks.map((sink) => sink.flush(stalledMs))),
    get dropped() {
      return sinks.reduce((sum, { dropped }) => sum + dropped, 0)
    },
  }
}

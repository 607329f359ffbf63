import { formatNamed, FORMATS } from './text/formats.ts'
import type { OutputFormat } from './text/formats.ts'
import type { Printer, PrinterOptions, Sink } from './text/printer.ts'

/** The format of a file if the one asked for is not text. */
const DEFAULT_FILE_FORMAT = 'json'

/**
 * Makes the printers of a run: one for `screen` in the format asked for, and one for `file` if there is one. `table` is the
 * printer of the live table.
 */
export function createPrinters(
  options: PrinterOptions & { readonly format: string },
  screen: Sink,
  file: Sink | null,
  table: Printer | null = null,
  formats: readonly OutputFormat[] = FORMATS,
): Printer[] {
  const { createPrinter } = formatNamed(options.format, formats)
  if (createPrinter !== null) return [createPrinter(file === null ? screen : tee(screen, file), options)]
  const printers = table === null ? [] : [table]
  const forFile = formatNamed(DEFAULT_FILE_FORMAT, formats).createPrinter
  return file === null || forFile === null ? printers : [...printers, forFile(file, options)]
}

/** Writes to both: a printer that remembers what it has printed prints once. */
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

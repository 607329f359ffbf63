import type { RequestData } from '../../settings/request-data.ts'
import { redactName } from '../../settings/quote.ts'
import { requestFiles } from '../../settings/request-files.ts'
import type { ReadValue } from './read-keys.ts'

/** A file that can't be read yet, and where it is named, in UTF-16 units. */
interface MissingFile {
  readonly offset: number
  readonly why: string
}

/** The files that a blackbox.yml names. Paths are relative to the working directory, as for blackbox_exporter. */
export class FileNotices {
  /** Probes that need them fail until they are there. */
  readonly missing: MissingFile[] = []

  /** Reads the name of a file, and has the file followed. */
  open(isSecret: boolean): ReadValue<RequestData> {
    return (reader, tree, name) => {
      const filled = reader.text(tree, name)
      if (filled === null) return undefined
      if (filled.text === '') return void reader.report(tree.offset, `${name}: the name of the file is empty`)
      return (
        reader.parse(filled, name, () => {
          const { path, problem } = requestFiles.openLater(filled.text, isSecret)
          if (problem !== '')
            this.missing.push({ offset: tree.offset, why: `${name}: ${redactName(path)}: ${problem}` })
          return { file: path }
        }) ?? undefined
      )
    }
  }
}

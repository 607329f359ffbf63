import { Output } from './output.ts'

/**
 * Writes a text to standard output. Resolves with false if that failed, and reports it to `log`. A closed pipe is not a failure: the
 * reader has read what it wanted.
 */
export async function printText(text: string, log: (lines: string) => void): Promise<boolean> {
  let failed = false
  const onError = (code: string) => {
    if (code === 'EPIPE') return
    failed = true
    log(`error: standard output: ${code}\n`)
  }
  // The text is in memory already.
  const stdout = new Output(1, onError, { maxBuffered: text.length })
  stdout.write(text)
  await stdout.flush(null)
  return !failed
}

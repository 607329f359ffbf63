import { Output } from './output.ts'

/**
 * Writes a text to standard output. Resolves with false when that failed, which `log` reports. A reader that has closed the pipe is no
 * failure: it has read all that it wanted.
 */
export async function printText(text: string, log: (lines: string) => void): Promise<boolean> {
  let failed = false
  const stdout = new Output(1, (code) => {
    if (code === 'EPIPE') return
    failed = true
    log(`standard output: ${code}\n`)
  })
  stdout.write(text)
  await stdout.flush(null)
  return !failed
}

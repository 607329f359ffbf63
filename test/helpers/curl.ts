import { execFile } from 'node:child_process'

/** What curl had to say. */
export interface CurlResult {
  /** curl's exit code: 0, 35 for a handshake that failed, 56 for a connection that was closed. */
  readonly code: number
  /** Status of the answer; 0 without one. */
  readonly status: number
  /** Head and body of the answer. */
  readonly text: string
}

/** Runs curl without its configuration file. */
export function curl(...args: readonly string[]): Promise<CurlResult> {
  return new Promise((resolve) => {
    execFile('curl', ['-q', '-s', '-i', '--max-time', '20', ...args], (error, stdout) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : 0,
        status: Number(/^HTTP\/1\.1 (\d{3})/.exec(stdout)?.[1] ?? 0),
        text: stdout,
      }),
    )
  })
}

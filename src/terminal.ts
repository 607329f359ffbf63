import { isatty } from 'node:tty'

/** Whether standard output is a terminal that can move its cursor. */
export function outputIsTerminal(): boolean {
  return isatty(1) && process.env['TERM'] !== 'dumb'
}

/** Whether standard error is a terminal that can move its cursor. */
export function errorIsTerminal(): boolean {
  return isatty(2) && process.env['TERM'] !== 'dumb'
}

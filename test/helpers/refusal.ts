import { readCommand } from '../../src/command/command.ts'

/** What is said of a command line that is refused, before anything is started. In the program, that is standard error with exit code 3. */
export async function refusalOf(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const asked = await readCommand(argv, env)
  if (asked.type === 'print' && !asked.ok) return asked.text
  throw new Error('It was not refused')
}

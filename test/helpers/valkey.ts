import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { freePort } from './free-port.ts'

/** A Valkey of its own on loopback, with its files in a folder of its own. It ends with the test. */
export class Valkey {
  readonly port: number
  readonly #directory: string
  readonly #args: readonly string[]
  #process: ReturnType<typeof spawn> | null = null

  private constructor(port: number, directory: string, args: readonly string[]) {
    this.port = port
    this.#directory = directory
    this.#args = args
  }

  /** Starts one with further arguments. Everything is written to its log, so that it can be killed and started again. */
  static async start(t: Pick<ExecutionContext, 'teardown'>, ...args: string[]): Promise<Valkey> {
    const directory = await mkdtemp(join(tmpdir(), 'headcount-valkey-'))
    const valkey = new Valkey(await freePort(), directory, args)
    t.teardown(async () => {
      await valkey.kill()
      await rm(directory, { recursive: true, force: true })
    })
    await valkey.run()
    return valkey
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Starts it, and resolves when it answers. */
  async run(): Promise<void> {
    const own = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.#directory, '--save', '']
    const args = [...own, '--appendonly', 'yes', '--appendfsync', 'everysec', ...this.#args]
    this.#process = spawn('valkey-server', args, { stdio: 'ignore' })
    while (!(await this.#answers())) await sleep(20)
  }

  /** Ends it at once, as `kill -9` does. */
  async kill(): Promise<void> {
    const running = this.#process
    this.#process = null
    if (running === null || running.exitCode !== null) return
    running.kill('SIGKILL')
    await once(running, 'exit')
  }

  /** Sends a command, with arguments without spaces, and resolves with the raw answer. */
  async command(...words: string[]): Promise<string> {
    const socket = connect(this.port, '127.0.0.1')
    socket.write(`${words.join(' ')}\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    return answer.toString()
  }

  /** Its name in a Redis Cluster. */
  async id(): Promise<string> {
    return (await this.command('CLUSTER', 'MYID')).split('\r\n')[1] as string
  }

  async #answers(): Promise<boolean> {
    try {
      return (await this.command('PING')).startsWith('+PONG') || this.#args.includes('--requirepass')
    } catch {
      return false
    }
  }
}

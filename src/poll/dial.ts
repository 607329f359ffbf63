import { Resolver } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { classify } from './classify.ts'
import { failure, isFailure } from './flight.ts'
import type { Failure, Flight } from './flight.ts'
import type { PollOptions } from './options.ts'

/** A connected TCP socket without listeners, and the IP address it went to. */
export interface Dialled {
  readonly socket: Socket
  readonly address: string
}

/** Look-up and TCP connect. */
export class Dialer {
  readonly #resolver = new Resolver()
  readonly #family: PollOptions['family']

  constructor(options: Pick<PollOptions, 'family' | 'resolver' | 'denyPrivate'>) {
    this.#family = options.family
    if (options.resolver !== null) this.#resolver.setServers([options.resolver])
  }

  async dial(flight: Flight, hostname: string, port: number): Promise<Dialled | Failure> {
    const host = hostname.replace(/^\[|\]$/g, '')
    const address = isIP(host) !== 0 ? host : await this.#lookUp(flight, host)
    if (isFailure(address)) return address
    return flight.step<Dialled>('connect', (done) => {
      const socket = connect({ host: address, port })
      socket.once('connect', () => {
        socket.removeAllListeners()
        done({ socket, address })
      })
      socket.once('error', (error) => done(classify(error)))
      return () => socket.destroy()
    })
  }

  close(): void {
    this.#resolver.cancel()
  }

  #lookUp(flight: Flight, name: string): Promise<string | Failure> {
    if (name === 'localhost') return Promise.resolve(this.#family === 6 ? '::1' : '127.0.0.1')
    return flight.step<string>('dns', (done) => {
      this.#resolver.resolve4(name).then(
        ([address]) => done(address ?? failure('dns', 'no address')),
        (error: Error) => done(failure('dns', error.message)),
      )
      return () => {}
    })
  }
}

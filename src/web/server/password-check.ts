import { compare } from 'bcryptjs'

// The only door to bcryptjs.

/** A password and the bcrypt hash that it may have. */
export interface PasswordQuestion {
  readonly type: 'password'
  readonly password: string
  readonly hash: string
}

export interface PasswordAnswer {
  readonly isRight: boolean
}

/** Compares a password with a hash. Takes the thread for as long as the cost of the hash says: 60 ms at 10. */
export async function checkPassword({ password, hash }: PasswordQuestion): Promise<PasswordAnswer> {
  return { isRight: await compare(password, hash) }
}

import { hash, verify } from '@node-rs/argon2'
import { plainPassword } from '../../contracts/passwords.ts'

/** Argon2id, which is the library's default, at the cost OWASP asks for. It reads the whole password. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const hashPassword = (typed: string): Promise<string> => hash(plainPassword(typed), cost)

export const isPassword = (stored: string, typed: string): Promise<boolean> =>
  verify(stored, plainPassword(typed))

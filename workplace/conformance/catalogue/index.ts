import { authorisation } from './authorisation.ts'
import { contacts } from './contacts.ts'
import type { Entry, Group } from './entry.ts'
import { host } from './host.ts'
import { messages } from './messages.ts'

/** Every path and call of the reference sheet, with what the workplace does about it. */
export const catalogue: readonly Group[] = [...authorisation, ...contacts, ...messages, ...host]

export const entries: readonly Entry[] = catalogue.flatMap((group) => group.entries)

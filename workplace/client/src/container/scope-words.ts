import type { PersonalScope } from '@kangbao/workplace/contracts/container.ts'

/** Names of the texts below `consent.scopes` that say what a scope allows. */
export const scopeWords = {
  'Contact.User.Read': 'userRead',
  'Contact.User.mobile': 'userMobile',
  'Todo.Todo.Write': 'todoWrite',
} as const satisfies Record<PersonalScope, string>

import { Type } from 'typebox'
import { closed, Done, OrgParams } from './basics.ts'
import { contract } from './contract.ts'
import { longestPasswordField } from './passwords.ts'

/** What was written in a dissolved team is kept for so many days, read by nobody, and then deleted. */
export const dissolvedKeptDays = 30

/** The name as its main admin has to give it: blanks around it are no difference. */
export const isNameOf = (given: string, name: string): boolean => given.trim() === name.trim()

export const dissolveOrg = contract({
  method: 'POST',
  path: '/orgs/:orgId/dissolution',
  summary: 'End the team for everybody in it; the password is asked for however short ago it was given',
  permission: 'main-admin',
  params: OrgParams,
  body: Type.Object(
    {
      name: Type.String({ maxLength: 200, description: 'the full name of the team' }),
      password: Type.String({ minLength: 1, maxLength: longestPasswordField }),
    },
    closed,
  ),
  response: Done,
  errors: [
    'org.name-differs',
    'org.dissolved',
    'admin.password-wrong',
    'admin.password-unset',
    'admin.sign-in-old',
    'rate.limited',
  ],
})

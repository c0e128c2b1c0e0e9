import { may, type Permission, type Role } from '@kangbao/shared/contracts/permissions.ts'
import type { TestServer } from '../server.ts'
import { signToken } from '../world.ts'
import type { Tenant } from './objects.ts'

export const callerNames = [
  'signed-out',
  'guest',
  'member',
  'shared viewer',
  'sub-admin of the department',
  'sub-admin of another department',
  'main admin',
  'operator',
  'main admin of another org',
  'region viewer',
] as const
export type CallerName = (typeof callerNames)[number]

export interface IsolationCaller {
  readonly name: CallerName
  readonly role: Role | null
  readonly token: string | null
  /** Texts that must not stand in any reply to this caller. */
  readonly mustNotSee: readonly string[]
}

/**
 * Everybody who could knock, as seen from one org.
 * @param ours The org whose objects are asked for. @param foreign Another one.
 */
export function callersOf(server: TestServer, ours: Tenant, foreign: Tenant): IsolationCaller[] {
  const everything = ({ canaries }: Tenant) => [...canaries.org, ...canaries.here, ...canaries.there]
  const theirs = everything(foreign)
  const { people, world, canaries } = ours
  // Whom a form's settings let in is for everybody to see who reads the form.
  const othersThere = canaries.there.filter(
    (text) => ![people.viewer.memberId, ours.viewerUserId].includes(text),
  )
  const guest = signToken(server, {
    sub: people.member.memberId,
    org: world.orgId,
    role: 'member',
    guest: true,
  })
  return [
    { name: 'signed-out', role: null, token: null, mustNotSee: [...theirs, ...everything(ours)] },
    { name: 'guest', role: 'member', token: guest, mustNotSee: [...theirs, ...canaries.there] },
    {
      name: 'member',
      role: 'member',
      token: people.member.token,
      mustNotSee: [...theirs, ...canaries.there, ...canaries.here.slice(3)],
    },
    { name: 'shared viewer', role: 'member', token: people.viewer.token, mustNotSee: theirs },
    {
      name: 'sub-admin of the department',
      role: 'sub-admin',
      token: people.adminHere.token,
      mustNotSee: [...theirs, ...othersThere],
    },
    {
      name: 'sub-admin of another department',
      role: 'sub-admin',
      token: people.adminThere.token,
      mustNotSee: [...theirs, ...canaries.here],
    },
    { name: 'main admin', role: 'main-admin', token: people.mainAdmin.token, mustNotSee: theirs },
    {
      name: 'operator',
      role: 'operator',
      token: signToken(server, { sub: 'operator', role: 'operator' }),
      mustNotSee: [ours, foreign].flatMap((tenant) => [...tenant.canaries.here, ...tenant.canaries.there]),
    },
    {
      name: 'main admin of another org',
      role: 'main-admin',
      token: foreign.people.mainAdmin.token,
      mustNotSee: everything(ours),
    },
    {
      // Of the region in which this org is; he sees that it has reported, and nobody in it.
      name: 'region viewer',
      role: 'viewer',
      token: signToken(server, { sub: ours.regionViewerId, role: 'viewer' }),
      mustNotSee: [...theirs, ...canaries.here, ...canaries.there],
    },
  ]
}

/** Whether the permission table lets this caller in, before any object is looked at. */
export function isGranted(
  { name, role }: IsolationCaller,
  permission: Permission,
  letsViewersIn: boolean,
): boolean {
  if (permission === 'public') return true
  if (role === null) return false
  return may(role, permission) || (letsViewersIn && name === 'shared viewer')
}

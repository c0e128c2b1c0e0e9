import type { Me } from '@kangbao/shared/contracts/sessions.ts'
import type { RegionViewer } from '@kangbao/shared/contracts/viewers.ts'
import { maskMobile } from '@kangbao/shared/identity/phone.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import type { SealedPlace } from '../../ports/vault.ts'
import { departmentsOf, type MemberRow } from './sessions.repo.ts'

export const operatorMe: Me = { role: 'operator', org: null, member: null }

export const viewerMe = ({ id, name, region }: RegionViewer): Me => ({
  role: 'viewer',
  org: null,
  member: null,
  viewer: { id, name, region },
})

export function phonePlace(orgId: string, memberId: string): SealedPlace {
  return { orgId, table: 'members', column: 'phone', row: memberId }
}

export async function meOf(scope: OrgScope, { vault }: Pick<Deps, 'vault'>, member: MemberRow): Promise<Me> {
  const { id, userId, name, role, isGuest, org, phone } = member
  return {
    role,
    org,
    member: {
      id,
      userId,
      name,
      isGuest,
      departments: isGuest ? [] : await departmentsOf(scope, id),
      phone: phone && maskMobile(await vault.open(phonePlace(scope.orgId, id), phone)),
    },
  }
}

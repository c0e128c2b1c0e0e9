import { Type, type Static } from 'typebox'
import { mobilePattern } from '../identity/phone.ts'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nothing, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'
import { RegionCode } from './rollups.ts'

/** Somebody of the government who sees the sums of a region and what lies in it, and nothing else. */
export const RegionViewer = Type.Object({
  id: Uuid,
  name: Type.String(),
  region: RegionCode,
  addedAt: Instant,
})
export type RegionViewer = Static<typeof RegionViewer>

export const listViewers = contract({
  method: 'GET',
  path: '/operations/viewers',
  summary: 'Government viewers and the region of each, newest first',
  permission: 'operations.read',
  audit: none('names of officials the operator has entered himself'),
  query: Type.Object(pageQuery),
  response: PageOf(RegionViewer),
  errors: [],
})

export const addViewer = contract({
  method: 'POST',
  path: '/operations/viewers',
  summary: 'Let somebody of the government see a region; he signs in to the console with this phone',
  permission: 'operations.manage',
  stepUp: true,
  audit: changes('viewer.added', { object: 'viewer:{response.id}', detail: ['body.region'] }),
  body: Type.Object(
    {
      // One line: it stands in a line of lists.
      name: Type.String({ minLength: 2, maxLength: 60, pattern: '^\\S(.*\\S)?$' }),
      phone: Type.String({ pattern: mobilePattern }),
      region: RegionCode,
    },
    { additionalProperties: false },
  ),
  response: RegionViewer,
  errors: ['viewer.phone-taken', 'region.unknown'],
})

export const endViewer = contract({
  method: 'DELETE',
  path: '/operations/viewers/:viewerId',
  summary: 'Take the right away: he is signed out at once, and his name and phone are deleted',
  permission: 'operations.manage',
  audit: changes('viewer.ended', { object: 'viewer:{viewerId}' }),
  params: Type.Object({ viewerId: Uuid }),
  response: Nothing,
  errors: ['resource.missing'],
})

export const placeOrg = contract({
  method: 'PUT',
  path: '/operations/orgs/:orgId/region',
  summary: 'Say in which region an organisation is; what it has reported moves with it',
  permission: 'operations.manage',
  audit: changes('org.placed', { object: 'org:{orgId}', detail: ['body.region'] }),
  params: Type.Object({ orgId: Uuid }),
  body: Type.Object({ region: Nullable(RegionCode) }, { additionalProperties: false }),
  response: Nothing,
  errors: ['resource.missing', 'region.unknown'],
})

export const recountRollups = contract({
  method: 'POST',
  path: '/operations/rollups/recounts',
  summary: 'Sum everything anew from what was reported, and put right what differs (R-09)',
  permission: 'operations.manage',
  audit: changes('rollups.recounted', { object: 'rollups' }),
  response: Type.Object({ wrong: Count }),
  errors: [],
})

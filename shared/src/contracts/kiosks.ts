import { Type, type Static } from 'typebox'
import { changes, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

/* Shared tablets and printed cards, for colleagues without a phone (Z-34): what an admin does. */

export const kioskLimits = { name: 40, place: 80, forms: 50, open: 100, cards: 100 } as const

export const Kiosk = Type.Object({
  id: Uuid,
  name: Type.String(),
  place: Type.String(),
  /** Forms that may be filled here; null for every form. */
  formIds: Nullable(Type.Array(Uuid)),
  openedBy: Type.String(),
  openedAt: Instant,
  /** When somebody last said here who he is. */
  seenAt: Nullable(Instant),
  closedAt: Nullable(Instant),
})
export type Kiosk = Static<typeof Kiosk>

/** The address a tablet opens; shown once, since only a hash of its token is kept. */
const OpenedKiosk = Type.Object({ kiosk: Kiosk, link: Type.String() })
export type OpenedKiosk = Static<typeof OpenedKiosk>

const kioskParams = Type.Object({ kioskId: Uuid }, { additionalProperties: false })

export const listKiosks = contract({
  method: 'GET',
  path: '/kiosks',
  summary: 'Shared tablets, newest first; closed ones stay in the list',
  permission: 'kiosks.manage',
  audit: reads('kiosks.read', { object: 'kiosks' }),
  query: Type.Object(pageQuery),
  response: PageOf(Kiosk),
  errors: [],
})

export const openKiosk = contract({
  method: 'POST',
  path: '/kiosks',
  summary: 'Open a shared tablet; the answer holds its link, which is shown this once',
  permission: 'kiosks.manage',
  repeatable: true,
  audit: changes('kiosk.opened', { object: 'kiosk:{response.kiosk.id}' }),
  body: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: kioskLimits.name, pattern: '\\S' }),
      place: Type.Optional(Type.String({ maxLength: kioskLimits.place })),
      formIds: Type.Optional(
        Type.Array(Uuid, { minItems: 1, maxItems: kioskLimits.forms, uniqueItems: true }),
      ),
    },
    { additionalProperties: false },
  ),
  response: OpenedKiosk,
  errors: ['resource.missing', 'kiosk.too-many'],
})

export const renewKiosk = contract({
  method: 'POST',
  path: '/kiosks/:kioskId/renew',
  summary: 'A new link for a shared tablet; the old one is good for nothing from now on',
  permission: 'kiosks.manage',
  repeatable: true,
  audit: changes('kiosk.renewed', { object: 'kiosk:{kioskId}' }),
  params: kioskParams,
  response: OpenedKiosk,
  errors: ['resource.missing', 'kiosk.closed'],
})

export const closeKiosk = contract({
  method: 'POST',
  path: '/kiosks/:kioskId/close',
  summary: 'Close a shared tablet for good; it says so at its next question',
  permission: 'kiosks.manage',
  audit: changes('kiosk.closed', { object: 'kiosk:{kioskId}' }),
  params: kioskParams,
  response: Kiosk,
  errors: ['resource.missing'],
})

/** What stands on a printed card. */
export const MemberCard = Type.Object({
  memberId: Uuid,
  name: Type.String(),
  staffNumber: Type.String(),
  department: Type.String(),
  /** What its code says: letters and digits, so that any scanner can type it. */
  code: Type.String(),
})
export type MemberCard = Static<typeof MemberCard>

export const printCards = contract({
  method: 'POST',
  path: '/member-cards',
  summary: 'Cards to print; printing again gives the same card, asking anew revokes it and gives another',
  permission: 'kiosks.manage',
  audit: changes('card.printed', {
    object: 'member-cards',
    people: ['body.memberIds'],
    detail: ['body.isAnew'],
  }),
  body: Type.Object(
    {
      memberIds: Type.Array(Uuid, { minItems: 1, maxItems: kioskLimits.cards, uniqueItems: true }),
      /** The cards printed before are lost or handed on. */
      isAnew: Type.Boolean(),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ items: Type.Array(MemberCard) }),
  errors: ['card.person-missing'],
})

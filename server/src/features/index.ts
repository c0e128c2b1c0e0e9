import type { FastifyInstance } from 'fastify'
import type { JobDefinition, TickDefinition } from '../jobs/define-job.ts'
import { absences } from './absences/index.ts'
import { auditLog } from './audit-log/index.ts'
import { authorisation } from './authorisation/index.ts'
import { cases } from './cases/index.ts'
import { completeness, memberJoined, memberLeft, memberMoved } from './completeness/index.ts'
import { consents, followRefusals } from './consents/index.ts'
import { designing } from './designing/index.ts'
import { directory, followRoster } from './directory/index.ts'
import { endpoints } from './endpoints/index.ts'
import { erasures, removeGiven } from './erasures/index.ts'
import { exports } from './exports/index.ts'
import { files } from './files/index.ts'
import { cardsLeft, kiosks } from './kiosks/index.ts'
import { mail, removeAddresses } from './mail/index.ts'
import { notifications } from './notifications/index.ts'
import { noteRoster, openApi } from './open-api/index.ts'
import { operations } from './operations/index.ts'
import { ownData } from './own-data/index.ts'
import { publishing } from './publishing/index.ts'
import { reconciliation } from './reconciliation/index.ts'
import { reports } from './reports/index.ts'
import { retention } from './retention/index.ts'
import { rollups } from './rollups/index.ts'
import { sessions } from './sessions/index.ts'
import { statistics } from './statistics/index.ts'
import { submissions } from './submissions/index.ts'

/** What a feature brings: its routes, its jobs, and what it looks after every so often. */
export interface Feature {
  readonly routes: (app: FastifyInstance) => Promise<void>
  readonly jobs?: readonly JobDefinition[]
  readonly ticks?: readonly TickDefinition[]
}

// Whom a period expects follows who joins, moves and leaves. Wired here, since completeness reads the directory.
followRoster({ joined: memberJoined, moved: memberMoved, left: memberLeft })
// Who leaves has no card any more. Wired here, since what is filed at a tablet reads the directory.
followRoster({ left: cardsLeft })
// Nothing is sent to who left.
followRoster({ left: removeAddresses })
// Systems of the organisation hear of it.
followRoster(noteRoster)

// What is not ticked any more is deleted. Wired here, since deleting reads what was filed, and filing asks for consents.
followRefusals(removeGiven)

export const features: readonly Feature[] = [
  authorisation,
  sessions,
  directory,
  publishing,
  designing,
  consents,
  files,
  submissions,
  completeness,
  statistics,
  cases,
  absences,
  kiosks,
  exports,
  mail,
  notifications,
  endpoints,
  reports,
  reconciliation,
  rollups,
  retention,
  erasures,
  ownData,
  openApi,
  operations,
  auditLog,
]

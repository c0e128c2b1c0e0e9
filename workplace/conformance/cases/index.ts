import type { ConformanceCase } from '../case.ts'
import { authorisationCases } from './authorisation.ts'
import { contactCases } from './contacts.ts'
import { departmentCases } from './departments.ts'
import { directoryPushCases } from './directory-pushes.ts'
import { errorCases } from './errors.ts'
import { gatewayCases } from './gateway.ts'
import { hostileCases } from './hostile.ts'
import { legacyPushCases } from './legacy-pushes.ts'
import { mediaCases } from './media.ts'
import { messageResultCases } from './message-results.ts'
import { messageCases } from './messages.ts'
import { notificationLimitCases } from './notification-limits.ts'
import { peopleCases } from './people.ts'
import { pushCases } from './pushes.ts'
import { robotCases } from './robots.ts'
import { roleAndSearchCases } from './roles-and-search.ts'
import { signInCases } from './sign-in.ts'
import { todoCases } from './todos.ts'
import { tokenCases } from './tokens.ts'

export const cases: readonly ConformanceCase[] = [
  ...tokenCases,
  ...authorisationCases,
  ...contactCases,
  ...departmentCases,
  ...roleAndSearchCases,
  ...signInCases,
  ...peopleCases,
  ...messageCases,
  ...messageResultCases,
  ...notificationLimitCases,
  ...mediaCases,
  ...robotCases,
  ...todoCases,
  ...pushCases,
  ...directoryPushCases,
  ...legacyPushCases,
  ...errorCases,
  ...gatewayCases,
  ...hostileCases,
]

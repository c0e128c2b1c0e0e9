import { account } from './account.ts'
import { admin } from './admin.ts'
import { apps } from './apps.ts'
import { certify } from './certify.ts'
import { common } from './common.ts'
import { consent } from './consent.ts'
import { frame } from './frame.ts'
import { help } from './help.ts'
import { operator } from './operator.ts'
import { security } from './security.ts'
import { talk } from './talk.ts'

export default {
  ...common,
  ...account,
  ...talk,
  ...apps,
  ...admin,
  ...certify,
  ...help,
  ...security,
  ...frame,
  ...consent,
  ...operator,
}

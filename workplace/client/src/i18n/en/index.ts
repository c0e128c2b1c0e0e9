import { account } from './account.ts'
import { admin } from './admin.ts'
import { apps } from './apps.ts'
import { common } from './common.ts'
import { help } from './help.ts'
import { talk } from './talk.ts'

export default { ...common, ...account, ...talk, ...apps, ...admin, ...help }

import type { Programme } from '../programme.ts'
import { daily } from './daily.ts'
import { dayTracks } from './day-tracks.ts'
import { dailyNotice, dayTracksNotice, workStartNotice } from './notices.ts'
import { returnPledgeNotice } from './return-pledge-notice.ts'
import { returnPledge } from './return-pledge.ts'
import { rollups } from './rollups.ts'
import { workStart } from './work-start.ts'

/** Zhengzhou enterprise health registration (product spec section 4, manual 1). */
export const zhengzhou: Programme = {
  id: 'zhengzhou',
  label: { 'zh-CN': '郑州市企业员工健康登记', en: 'Zhengzhou enterprise health registration' },
  categories: [
    { id: 'health', label: { 'zh-CN': '健康上报', en: 'Health reports' } },
    { id: 'season', label: { 'zh-CN': '开工季/开学季', en: 'Start of work or school' } },
  ],
  templates: [daily, workStart, dayTracks, returnPledge],
  notices: {
    [daily.id]: dailyNotice,
    [dayTracks.id]: dayTracksNotice,
    [workStart.id]: workStartNotice,
    [returnPledge.id]: returnPledgeNotice,
  },
  reports: [
    {
      kind: 'employment',
      formId: workStart.id,
      label: { 'zh-CN': '企业用工登记上报', en: 'Employment report' },
    },
    { kind: 'health', formId: daily.id, label: { 'zh-CN': '企业健康数据上报', en: 'Health report' } },
  ],
  rollups,
  area: '4101',
  policy: {
    dailyReport: { time: '22:00', windowMinutes: 30 },
    reminders: { memberAfterMinutes: 120, headsAfterMinutes: 240 },
    cutOff: '23:59',
    erasureAfterHours: 12,
    removedOrgDays: 180,
  },
}

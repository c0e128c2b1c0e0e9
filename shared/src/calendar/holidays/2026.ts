import type { HolidayYear } from './holiday-year.ts'

/** 国务院办公厅关于2026年部分节假日安排的通知. */
export const year2026: HolidayYear = {
  year: 2026,
  notices: [
    {
      number: '国办发明电〔2025〕7号',
      url: 'https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm',
    },
  ],
  holidays: [
    { festivals: ['new-year'], from: '2026-01-01', to: '2026-01-03', makeUpDays: ['2026-01-04'] },
    {
      festivals: ['spring-festival'],
      from: '2026-02-15',
      to: '2026-02-23',
      makeUpDays: ['2026-02-14', '2026-02-28'],
    },
    { festivals: ['qingming'], from: '2026-04-04', to: '2026-04-06', makeUpDays: [] },
    { festivals: ['labour-day'], from: '2026-05-01', to: '2026-05-05', makeUpDays: ['2026-05-09'] },
    { festivals: ['dragon-boat'], from: '2026-06-19', to: '2026-06-21', makeUpDays: [] },
    { festivals: ['mid-autumn'], from: '2026-09-25', to: '2026-09-27', makeUpDays: [] },
    {
      festivals: ['national-day'],
      from: '2026-10-01',
      to: '2026-10-07',
      makeUpDays: ['2026-09-20', '2026-10-10'],
    },
  ],
}

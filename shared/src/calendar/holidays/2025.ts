import type { HolidayYear } from './holiday-year.ts'

/** 国务院办公厅关于2025年部分节假日安排的通知. */
export const year2025: HolidayYear = {
  year: 2025,
  notices: [
    {
      number: '国办发明电〔2024〕12号',
      url: 'https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm',
    },
  ],
  holidays: [
    { festivals: ['new-year'], from: '2025-01-01', to: '2025-01-01', makeUpDays: [] },
    {
      festivals: ['spring-festival'],
      from: '2025-01-28',
      to: '2025-02-04',
      makeUpDays: ['2025-01-26', '2025-02-08'],
    },
    { festivals: ['qingming'], from: '2025-04-04', to: '2025-04-06', makeUpDays: [] },
    { festivals: ['labour-day'], from: '2025-05-01', to: '2025-05-05', makeUpDays: ['2025-04-27'] },
    { festivals: ['dragon-boat'], from: '2025-05-31', to: '2025-06-02', makeUpDays: [] },
    {
      festivals: ['national-day', 'mid-autumn'],
      from: '2025-10-01',
      to: '2025-10-08',
      makeUpDays: ['2025-09-28', '2025-10-11'],
    },
  ],
}
